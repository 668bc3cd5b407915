import type { TerraformStack } from "cdktf";
import {
  Catalog,
  DataLake,
  type DataLakeProps,
  daily,
  type ILake,
  StreamingIngest,
  type StreamingIngestProps,
} from "../../constructs/index";
import { handlerEntry } from "./synthesize";

/** Another dataset than the project's: what visitors of a web site look at. */
export const pageViews = {
  columns: [
    { name: "viewed_at", type: "timestamp" },
    { name: "page", type: "string" },
  ],
  partitions: [daily("dt", 30)],
} as const;

/** A catalog with a table of page views. */
export function pageViewCatalog(stack: TerraformStack, lake: ILake = new DataLake(stack, "lake")) {
  const catalog = new Catalog(stack, "catalog", { lake });
  return { lake, catalog, views: catalog.addTable("page_views", pageViews) };
}

/** An ingest of page views with just what has no default, and its lake and catalog. */
export function pageViewIngest(
  stack: TerraformStack,
  overrides: Partial<StreamingIngestProps> = {},
  lakeProps: DataLakeProps = {},
) {
  const parts = pageViewCatalog(stack, new DataLake(stack, "lake", lakeProps));
  const { function: given } = overrides;
  const ingest = new StreamingIngest(stack, "ingest", {
    handler: given ? undefined : handlerEntry,
    to: parts.views,
    ...overrides,
  });
  return { ...parts, ingest };
}
