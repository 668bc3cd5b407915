import type { Document } from "./document";
import type { Resolver } from "./expressions/resolver";
import { Settings } from "./settings";

/** What the readers of one kind of resource share. */
export class StackReader {
  /** One sentence for each thing that the stack asks for and this machine does not do. */
  readonly unsupported: string[] = [];

  constructor(
    readonly document: Document,
    readonly resolver: Resolver,
  ) {}

  /** The resources of a type that Terraform would create once. */
  of(type: string): Settings[] {
    const found: Settings[] = [];
    for (const block of this.document.resources.values()) {
      if (block.type !== type) continue;
      const repeated = ["count", "for_each"].find((name) => block.body[name] !== undefined);
      if (!repeated) found.push(Settings.of(this.resolver, block));
      else this.skip(block.address, `${repeated} is not expanded, so that this resource is left out`);
    }
    return found;
  }

  data(type: string): Settings[] {
    return [...this.document.data.values()]
      .filter((block) => block.type === type)
      .map((block) => Settings.of(this.resolver, block));
  }

  skip(address: string, why: string): void {
    const sentence = `${address}: ${why}`;
    // A type that is asked for twice has the same to say.
    if (!this.unsupported.includes(sentence)) this.unsupported.push(sentence);
  }
}
