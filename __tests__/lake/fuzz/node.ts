/** A name that a lambda gives to its argument. */
export interface Argument {
  readonly name: string;
  readonly type: string;
}

/** An expression or a query that can be made smaller: its text around the texts of its parts. */
export interface Node {
  /** As `types.ts` names it. */
  readonly type: string;
  readonly parts: readonly Node[];
  /** The text, with `$0`, `$1`, … for the parts. */
  readonly text: string;
}

export const leaf = (type: string, text: string): Node => ({ type, parts: [], text });

export const write = ({ text, parts }: Node): string =>
  text.replace(/\$(\d)/g, (_, index: string) => {
    const part = parts[Number(index)];
    return part ? write(part) : "";
  });

/** Everything that a node could be instead, smallest first: a part of its type, or itself with a smaller part. */
export function* smaller(node: Node, simplest: (type: string) => readonly string[]): Generator<Node> {
  for (const text of simplest(node.type)) if (text.length < write(node).length) yield leaf(node.type, text);
  for (const part of descendants(node)) if (part.type === node.type) yield part;
  for (const [index, part] of node.parts.entries())
    for (const other of smaller(part, simplest))
      yield { ...node, parts: node.parts.map((one, at) => (at === index ? other : one)) };
}

function* descendants(node: Node): Generator<Node> {
  for (const part of node.parts) {
    yield part;
    yield* descendants(part);
  }
}
