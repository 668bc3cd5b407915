import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import type { TerraformStack } from "cdktf";
import {
  Catalog,
  type CatalogProps,
  DataLake,
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
  prefix: "processed/page_views/",
  format: "parquet",
  partitions: [{ name: "dt", type: "date", days: 30 }],
} as const;

export function pageViewCatalog(
  stack: TerraformStack,
  bucket: S3Bucket,
  props: Partial<CatalogProps> = {},
): Catalog {
  return new Catalog(stack, "catalog", { bucket, tables: { page_views: pageViews }, ...props });
}

type Overrides = Omit<Partial<StreamingIngestProps>, "processor" | "delivery"> & {
  readonly processor?: Partial<StreamingIngestProps["processor"]>;
  readonly delivery?: Partial<StreamingIngestProps["delivery"]>;
};

/** An ingest of page views with just what has no default, and its lake and catalog. */
export function pageViewIngest(stack: TerraformStack, overrides: Overrides = {}) {
  const lake = new DataLake(stack, "lake");
  const catalog = pageViewCatalog(stack, lake.bucket);
  const ingest = new StreamingIngest(stack, "ingest", {
    ...overrides,
    processor: { entry: handlerEntry, ...overrides.processor },
    delivery: {
      bucket: lake.bucket,
      table: catalog.table("page_views"),
      prefix: "processed/page_views/dt=!{timestamp:yyyy-MM-dd}/",
      errorPrefix: "errors/!{firehose:error-output-type}/",
      ...overrides.delivery,
    },
  });
  return { lake, catalog, ingest };
}
