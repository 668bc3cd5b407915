import * as z from "zod";
import { pipelineSettings, ruleOf } from "../../stacks/settings";
import { table } from "./blocks";

/** Every setting of `cdktf.json`, with its rule, its default and what it does. */
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
