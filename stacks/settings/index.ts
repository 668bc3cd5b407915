export { checkContext, parseSettings, pipelineSettings, SettingsError } from "./parse";
export { type PipelineSettings, ruleOf } from "./schema";
