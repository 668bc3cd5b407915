import type { Pipeline, PipelineNode } from "../../api";

/** Names without what all resources of the stack have around them: project and environment, account and region. */
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

/** Up to the last hyphen that all have; a name may end there. */
function commonStart(names: readonly string[]): string {
  const [first = "", ...others] = names.map((name) => `${name}-`);
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length--;
  return others.length === 0 ? "" : first.slice(0, first.lastIndexOf("-", length - 1) + 1);
}
