/**
 * Rewrites the HCL of `cdktf synth --hcl` so that it means the same as the JSON and is easy to read; `terraform fmt`
 * does the rest. The CDKTF command line puts quotes around expressions that HCL writes without them: addresses and
 * attribute names in `depends_on`, `ignore_changes` and `replace_triggered_by` (quotes there are deprecated since
 * Terraform 0.12), and values that are a single interpolation. It writes text of several lines as a heredoc, which ends
 * with a newline that the text does not have.
 */
export function tidyHcl(hcl: string): string {
  const parts = hcl.split(/(<<EOF\n[\s\S]*?\nEOF$)/m);
  return `${parts
    .map((part, index) => (index % 2 === 0 ? tidyBlocks(part) : `chomp(${part}\n)`))
    .join("")
    .trimEnd()}\n`;
}

function tidyBlocks(hcl: string): string {
  return hcl
    .replace(
      /^(\s*)(depends_on|ignore_changes|replace_triggered_by)(\s*)= \[([^\]]*)\]/gm,
      (_, indent, name, space, list) => `${indent}${name}${space}= [${list.replace(/"([^"]+)"/g, "$1")}]`,
    )
    .replace(/"\$\{([^"{}$]+)\}"/g, "$1")
    .replace(/^\}\n(?=[a-z])/gm, "}\n\n")
    .replace(/\n\s*\n(\s*\n)+/g, "\n\n")
    .replace(/\n\s*\n(\s*\})/g, "\n$1");
}
