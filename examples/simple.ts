/**
 * Page views from a stream to SQL, with everything at its default. Synthesize it with
 *
 *   npx cdktf synth --app "node --import tsx examples/simple.ts" --output examples.out
 */
import { join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { Catalog, DataLake, QueryLayer, StreamingIngest } from "streaming-data-lake";
import { pageViewColumns } from "./page-views/columns";

const app = new App({ stackTraces: false });
const stack = new TerraformStack(app, "page-views");
new AwsProvider(stack, "aws", { region: "eu-west-1" });

const { bucket } = new DataLake(stack, "lake");

const catalog = new Catalog(stack, "catalog", {
  bucket,
  tables: {
    page_views: {
      columns: pageViewColumns,
      prefix: "processed/page_views/",
      format: "parquet",
      partitions: [{ name: "dt", type: "date", days: 365 }],
    },
  },
});

new StreamingIngest(stack, "ingest", {
  processor: { entry: join(__dirname, "page-views/handler.ts") },
  delivery: {
    bucket,
    table: catalog.table("page_views"),
    prefix: "processed/page_views/dt=!{timestamp:yyyy-MM-dd}/",
    errorPrefix: "errors/!{firehose:error-output-type}/",
    backupPrefix: "raw/page_views/dt=!{timestamp:yyyy-MM-dd}/",
  },
});

new QueryLayer(stack, "queries", {
  bucket,
  catalog,
  namedQueries: [
    {
      name: "views-by-page",
      sql: "SELECT page, COUNT(*) AS views\nFROM page_views\nGROUP BY page\nORDER BY views DESC",
    },
  ],
});

app.synth();
