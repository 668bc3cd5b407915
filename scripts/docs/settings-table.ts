import * as z from "zod";
import { pipelineSettings, ruleOf } from "../../stacks/settings";
import { table } from "./blocks";

/** A table of all settings of `cdktf.json`, with the rule, the default and the meaning of each. */
export function settingsTable(): string {
  return table(
    ["setting", "must be", "default", "meaning"],
    Object.entries(pipelineSettings.shape).map(([name, field]) => [
      `\`${name}\``,
      String(ruleOf(field)),
      field instanceof z.ZodDefault ? `\`${JSON.stringify(field.def.defaultValue)}\`` : "",
      field.description ?? "",
    ]),
  );
}
