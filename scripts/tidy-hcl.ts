/**
 * Rewrites the HCL of `cdktf synth --hcl` as `terraform fmt` and a reviewer would have it. The CDKTF command line quotes
 * what HCL writes bare: addresses and attribute names in `depends_on`, `ignore_changes` and `replace_triggered_by`
 * (deprecated since Terraform 0.12), and values that are one interpolation.
 */
export function tidyHcl(hcl: string): string {
  return `${hcl
    .replace(
      /^(\s*)(depends_on|ignore_changes|replace_triggered_by)(\s*)= \[([^\]]*)\]/gm,
      (_, indent, name, space, list) => `${indent}${name}${space}= [${list.replace(/"([^"]+)"/g, "$1")}]`,
    )
    .replace(/"\$\{([^"{}$]+)\}"/g, "$1")
    .replace(/^\}\n(?=[a-z])/gm, "}\n\n")
    .replace(/\n\s*\n(\s*\n)+/g, "\n\n")
    .replace(/\n\s*\n(\s*\})/g, "\n$1")
    .trimEnd()}\n`;
}
