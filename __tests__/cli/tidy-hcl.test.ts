import { describe, expect, it } from "vitest";
import { tidyHcl } from "../../cli/hcl/tidy-hcl";

describe("the HCL for review", () => {
  it("writes addresses in depends_on bare", () => {
    expect(tidyHcl('  depends_on = [\n    "aws_iam_role_policy.a",\n    "aws_s3_bucket.b",\n  ]\n')).toBe(
      "  depends_on = [\n    aws_iam_role_policy.a,\n    aws_s3_bucket.b,\n  ]\n",
    );
  });

  it("writes attribute names in ignore_changes bare", () => {
    expect(tidyHcl('ignore_changes = ["tags"]\n')).toBe("ignore_changes = [tags]\n");
  });

  it("writes a value that is one interpolation bare", () => {
    expect(tidyHcl('value = "${aws_s3_bucket.lake.bucket}"\n')).toBe("value = aws_s3_bucket.lake.bucket\n");
  });

  it("leaves interpolation within text alone", () => {
    const text = 'location = "s3://${aws_s3_bucket.lake.bucket}/raw/"\nother = "${a.b}-${c.d}"\n';
    expect(tidyHcl(text)).toBe(text);
  });

  it("leaves the escape of a literal dollar brace alone", () => {
    const text = 'template = "s3://lake/dt=$${dt}/"\nwhole = "$${dt}"\n';
    expect(tidyHcl(text)).toBe(text);
  });

  it("leaves lists of text alone", () => {
    const text = 'actions = ["s3:GetObject"]\n';
    expect(tidyHcl(text)).toBe(text);
  });

  it("takes the newline off that a heredoc adds, and leaves its text alone", () => {
    const heredoc = '<<EOF\n{\n  "a": "${b.c}",\n\n\n  "d": 1\n}\nEOF';
    expect(tidyHcl(`  input = ${heredoc}\n  name = "a"\n`)).toBe(
      `  input = chomp(${heredoc}\n)\n  name = "a"\n`,
    );
  });

  it("separates blocks by one blank line", () => {
    expect(tidyHcl("a {\n\n\n}\nb {\n}\n\n\n\nc {\n}")).toBe("a {\n}\n\nb {\n}\n\nc {\n}\n");
  });
});
