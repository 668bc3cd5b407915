import * as z from "zod";
import { settingsSchema } from "../../stacks/settings/schema";

/** Path of the file that `$schema` in `cdktf.json` names. */
export const configurationSchemaPath = "docs/cdktf.schema.json";

/** A JSON Schema of `cdktf.json`, with which editors complete settings and mark invalid ones. */
export function configurationSchema(): string {
  const { $schema, properties, ...pipeline } = z.toJSONSchema(settingsSchema, {
    io: "input",
    unrepresentable: "any",
  });
  const settings = Object.entries(properties ?? {}).map(([name, setting]) => {
    const { rule, description, ...schema } = setting as Readonly<Record<string, unknown>>;
    return [name, { description: `${description}. It is ${rule}.`, ...schema }];
  });
  const schema = {
    $schema,
    title: "cdktf.json of the streaming data lake",
    type: "object",
    properties: {
      context: {
        type: "object",
        properties: {
          allowDataDestruction: {
            type: "boolean",
            description:
              "Whether a destroy may delete the lake's objects, where the setting forceDestroy says so too.",
          },
          pipeline: {
            description: "What this deployment chooses.",
            ...pipeline,
            properties: Object.fromEntries(settings),
          },
        },
      },
    },
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}
