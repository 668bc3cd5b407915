/** A block of a synthesized Terraform file. */
export interface Block {
  readonly [argument: string]: unknown;
}

type Blocks = Readonly<Record<string, Readonly<Record<string, Block>>>>;

export interface Found {
  /** Such as `aws_s3_bucket.lake_bucket_7B773D1A`. */
  readonly address: string;
  readonly block: Block;
}

export interface Statement {
  readonly effect?: string;
  readonly actions: readonly string[];
  readonly resources?: readonly string[];
  readonly principals?: readonly { readonly type: string; readonly identifiers: readonly string[] }[];
  readonly condition?: readonly {
    readonly test: string;
    readonly variable: string;
    readonly values: readonly string[];
  }[];
}

/** A synthesized stack, to look things up in. */
export class Template {
  constructor(
    readonly document: {
      readonly resource?: Blocks;
      readonly data?: Blocks;
      readonly output?: Readonly<Record<string, Block>>;
      readonly terraform?: Block;
      readonly provider?: Readonly<Record<string, readonly Block[]>>;
    },
  ) {}

  /** All resources of a type, in the order of their addresses. */
  all(type: string): Found[] {
    return find(this.document.resource, type, type);
  }

  /** The resource of a type, of which there must be just one whose address has `part`. */
  only(type: string, part = ""): Found {
    const found = this.all(type).filter(({ address }) => address.includes(part));
    const [one] = found;
    if (!one || found.length > 1)
      throw new Error(`${found.length} of ${type} with "${part}": ${found.map(({ address }) => address)}`);
    return one;
  }

  /** As {@link only}, without its address. */
  block(type: string, part = ""): Block {
    return this.only(type, part).block;
  }

  /** Every resource's address. */
  addresses(): string[] {
    return Object.entries(this.document.resource ?? {}).flatMap(([type, blocks]) =>
      Object.keys(blocks).map((name) => `${type}.${name}`),
    );
  }

  /** All policy documents, by address. */
  policyDocuments(): { readonly address: string; readonly statements: readonly Statement[] }[] {
    return find(this.document.data, "aws_iam_policy_document", "data.aws_iam_policy_document").map(
      ({ address, block }) => ({ address, statements: block.statement as Statement[] }),
    );
  }

  /** The statements of the policy document whose address has `part`. */
  statements(part: string): readonly Statement[] {
    const found = this.policyDocuments().filter(({ address }) => address.includes(part));
    const [one] = found;
    if (!one || found.length > 1)
      throw new Error(
        `${found.length} policy documents with "${part}": ${found.map((each) => each.address)}`,
      );
    return one.statements;
  }

  /** The value of an output. */
  output(name: string): unknown {
    return this.document.output?.[name]?.value;
  }
}

function find(blocks: Blocks | undefined, type: string, prefix: string): Found[] {
  return Object.entries(blocks?.[type] ?? {}).map(([name, block]) => ({
    address: `${prefix}.${name}`,
    block: Object.fromEntries(Object.entries(block).filter(([key]) => key !== "//")),
  }));
}
