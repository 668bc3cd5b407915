/**
 * A delivery and a table beside what a company has: its stream, its encrypted bucket, its database and its analysts'
 * role are left as they are. Synthesize it with
 *
 *   npx cdktf synth --app "node --import tsx examples/beside-existing.ts" --output examples.out
 */
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { Catalog, DataLake, daily, Stream, StreamDelivery } from "streaming-data-lake";
import { pageViewColumns } from "./page-views/columns";

const app = new App({ stackTraces: false });
const stack = new TerraformStack(app, "page-views-delivery");
new AwsProvider(stack, "aws", { region: "eu-west-1" });

const stream = Stream.fromArn(stack, "stream", "arn:aws:kinesis:eu-west-1:123456789012:stream/page-views");

const lake = DataLake.fromBucketName(stack, "lake", "company-lake", {
  encryptionKey: "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  zones: { processed: "web/tables/", raw: "web/raw/", errors: "web/errors/" },
});

const catalog = new Catalog(stack, "catalog", { lake, database: "web" });
const views = catalog.addTable("page_views", { columns: pageViewColumns, partitions: [daily("dt", 365)] });

new StreamDelivery(stack, "delivery", { stream, to: views });

views.grantRead("arn:aws:iam::123456789012:role/analysts");

app.synth();
