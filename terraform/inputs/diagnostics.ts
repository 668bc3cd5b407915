/**
 * Terraform's first error in one line: the summary, the place and the detail, without the quoted source.
 *
 * @param output Terraform's standard error, without colours.
 */
export function firstError(output: string): string {
  const [, ...errors] = output.split(/Error: /);
  // The first of several errors may only introduce the others.
  const found = errors.find((text) => !/^Terraform encountered problems/.test(text)) ?? errors[0] ?? output;
  return found
    .split("\n")
    .map((line) => line.replace(/^[│╷╵ ]+/, "").trim())
    .filter((line) => line !== "" && !/^\d+: |^├─|^Warning: /.test(line))
    .slice(0, 6)
    .join(" ")
    .slice(0, 500);
}
