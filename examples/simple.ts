/**
 * Page views from a stream to SQL, with everything at its default. Synthesize it with
 *
 *   npx cdktf synth --app "node --import tsx examples/simple.ts" --output examples.out
 */
import { join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { Catalog, DataLake, daily, QueryLayer, StreamingIngest } from "streaming-data-lake";
import { pageViewColumns } from "./page-views/columns";

const app = new App({ stackTraces: false });
const stack = new TerraformStack(app, "page-views");
new AwsProvider(stack, "aws", { region: "eu-west-1" });

const lake = new DataLake(stack, "lake");

const catalog = new Catalog(stack, "catalog", { lake });
const views = catalog.addTable("page_views", { columns: pageViewColumns, partitions: [daily("dt", 365)] });

new StreamingIngest(stack, "ingest", { handler: join(__dirname, "page-views/handler.ts"), to: views });

new QueryLayer(stack, "queries", {
  catalog,
  namedQueries: [
    {
      name: "views-by-page",
      sql: "SELECT page, COUNT(*) AS views\nFROM page_views\nGROUP BY page\nORDER BY views DESC",
    },
  ],
});

app.synth();
