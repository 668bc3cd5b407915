import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { readStack } from "../../terraform";
import { StackError } from "../../terraform/errors";
import { temporaryFolder } from "../support/folders";
import { isWhole } from "../support/share";
import { synthesizePipeline } from "../support/synthesize";

type Path = readonly [string, ...string[]];

/** What somebody's script may have put where something else should be. */
const odd: readonly unknown[] = [
  ...[null, 0, -1, 1e30, "", " ", "x", "\u0000", "..", "../../etc", "💥", "9".repeat(400), true, false],
  ...[[], {}, [null], [[]], { a: 1 }, '{"a":', "arn:aws:s3:::"],
  ...["${", "${}", "${1/0}", "${aws_kinesis_stream.none.arn}", '${jsondecode("{")}', "${var.none}"],
  ...["${local.none}", "${each.value}", ["${path.module}"], "%{if true}x", "$${x}"],
];

const pathsOf = (value: unknown, path: readonly string[] = []): Path[] => {
  const own = path.length > 0 ? [path as Path] : [];
  if (typeof value !== "object" || value === null) return own;
  const entries = Object.entries(value).filter(([key]) => key !== "//");
  return [...own, ...entries.flatMap(([key, item]) => pathsOf(item, [...path, key]))];
};

/** Changes what lies at a path, or takes it away; does nothing where another change has removed the path. */
function change(
  document: Record<string, unknown>,
  path: Path,
  value: { readonly to: unknown } | "gone",
): void {
  let holder: Record<string, unknown> = document;
  for (const key of path.slice(0, -1)) {
    const next = holder[key];
    if (typeof next !== "object" || next === null) return;
    holder = next as Record<string, unknown>;
  }
  const last = path.at(-1) as string;
  if (value === "gone") delete holder[last];
  else holder[last] = value.to;
}

const folder = temporaryFolder();
let document: Record<string, unknown>;
beforeAll(() => {
  document = synthesizePipeline().document as Record<string, unknown>;
});

test("a stack with any value replaced by another one is read, or refused in one line that names the place", () => {
  const paths = pathsOf(document);
  const changes = fc.array(
    fc.tuple(
      fc.constantFrom(...paths),
      fc.oneof(fc.constant("gone" as const), fc.record({ to: fc.constantFrom(...odd) })),
    ),
    { minLength: 1, maxLength: 3 },
  );
  fc.assert(
    fc.property(changes, (made) => {
      const changed = structuredClone(document);
      for (const [path, value] of made) change(changed, path, value);
      writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(changed));
      try {
        readStack(folder);
      } catch (error) {
        expect(error).toBeInstanceOf(StackError);
        expect((error as Error).message).toMatch(/^\S+: \S|^there is no /);
        expect((error as Error).message).not.toMatch(/\n|undefined|\[object|NaN/);
      }
    }),
    { numRuns: isWhole ? 2_000 : 100 },
  );
});
