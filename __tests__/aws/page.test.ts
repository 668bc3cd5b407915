import { readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { TestEndpoint } from "./fixtures/endpoint";
import { page, withTable } from "./fixtures/operations-table";

it("docs/aws.md has each operation that is answered; UPDATE=1 writes it anew", async () => {
  const { endpoint } = await TestEndpoint.start();
  const text = readFileSync(page, "utf8");
  const current = withTable(text, endpoint.operations());
  if (process.env.UPDATE === "1") writeFileSync(page, current);
  else expect(text).toBe(current);
});
