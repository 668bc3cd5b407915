import type { Pipeline, PipelineNode } from "../../api";

/**
 * Shortens names by the parts that all resources of the stack have in common: project and environment at the start,
 * account and region at the end.
 */
export function shortNames({ nodes, accountId, region }: Pipeline): (node: PipelineNode) => string {
  const whole = (kind: PipelineNode["kind"]) => kind === "prefix" || kind === "table";
  const common = commonStart(
    nodes.filter(({ kind }) => kind !== "producer" && !whole(kind)).map(({ name }) => name),
  );
  const place = new RegExp(`[-.]?\\b(?:${accountId}|${region})\\b`, "g");
  return ({ name, kind }) => {
    if (whole(kind)) return name;
    const here = name.replace(place, "");
    return (here.startsWith(common) && here.slice(common.length)) || here || name;
  };
}

/** The common start of names up to the last hyphen. A name may end there. */
function commonStart(names: readonly string[]): string {
  const [first = "", ...others] = names.map((name) => `${name}-`);
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length--;
  return others.length === 0 ? "" : first.slice(0, first.lastIndexOf("-", length - 1) + 1);
}
