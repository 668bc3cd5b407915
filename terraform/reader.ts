import type { Block, Document } from "./document";
import { UnresolvedError } from "./errors";
import type { Resolver } from "./expressions/resolver";
import { Settings } from "./settings";

/** What the readers of all kinds of resources share. */
export class StackReader {
  /** One sentence for each part of the stack that this machine does not support. */
  readonly unsupported: string[] = [];
  /** One sentence for each part of the stack that runs here although AWS would refuse it or set it up differently. */
  readonly notes: string[] = [];

  constructor(
    readonly document: Document,
    readonly resolver: Resolver,
  ) {}

  /** The resources of a type. Each instance of a `count` or `for_each` is a separate resource. */
  blocksOf(type: string): Settings[] {
    return this.settingsOf(this.document.resources, type);
  }

  data(type: string): Settings[] {
    return this.settingsOf(this.document.data, type);
  }

  /**
   * Reads resources one by one. A resource that needs something that can't be resolved here is left out and named in
   * `unsupported`. The others are still read.
   */
  each<T>(resources: readonly Settings[], read: (resource: Settings) => T | undefined): T[] {
    return resources.flatMap((resource) => {
      const result = this.attempt(resource, () => read(resource));
      return result === undefined ? [] : [result];
    });
  }

  skip(address: string, why: string): void {
    this.tell(`${address}: ${why}`);
  }

  note(address: string, what: string): void {
    this.tell(`${address}: ${what}`, this.notes);
  }

  private tell(sentence: string, sentences = this.unsupported): void {
    // A type may be read twice, which would report the same sentence again.
    if (!sentences.includes(sentence)) sentences.push(sentence);
  }

  private settingsOf(blocks: ReadonlyMap<string, Block>, type: string): Settings[] {
    return [...blocks.values()]
      .filter((block) => block.type === type)
      .flatMap((block) => this.attempt(block, () => this.resolver.instances(block)) ?? [])
      .map((block) => Settings.fromBlock(this.resolver, block));
  }

  private attempt<T>({ address }: { readonly address: string }, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof UnresolvedError)) throw error;
      this.tell(error.messageFor(address));
      return undefined;
    }
  }
}
