import type { World } from "../../world";
import type { Service } from "../service";
import { databaseHandlers } from "./databases";
import { partitionHandlers } from "./partitions";
import { tableHandlers } from "./table-handlers";

/**
 * Glue's Data Catalog, which is the one that Athena's statements use.
 *
 * https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog.html
 */
export function glue(world: World): Service {
  return { handlers: { ...databaseHandlers(world), ...tableHandlers(world), ...partitionHandlers(world) } };
}
