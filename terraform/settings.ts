import { isWithin, type Limit, rangeOf } from "@streaming-data-lake/rules/limits";
import type { Block, Body } from "./document";
import { StackError, UnresolvedError } from "./errors";
import { BigFloat } from "./expressions/big-float";
import { Reference } from "./expressions/reference";
import type { Resolver } from "./expressions/resolver";
import { escapeTemplates, isObject, toText, type Value } from "./values";

type Names = Readonly<Record<string, Value>> | undefined;

/** Reads the settings of a block with their types and defaults. Errors name the setting's place. */
export class Settings {
  constructor(
    private readonly resolver: Resolver,
    readonly address: string,
    private readonly body: Body,
    private readonly path = "",
    private readonly names?: Names,
    private readonly top?: Block,
  ) {}

  static fromBlock(resolver: Resolver, block: Block): Settings {
    return new Settings(resolver, block.address, block.body, "", block.names, block);
  }

  value(name: string): Value | undefined {
    if (this.top) return this.attribute(this.top, name);
    const raw = this.body[name];
    return raw === undefined
      ? undefined
      : (this.resolver.value(raw, this.place(name), this.names) ?? undefined);
  }

  private attribute(block: Block, name: string): Value | undefined {
    try {
      return this.resolver.attribute(block, name) ?? undefined;
    } catch (error) {
      if (error instanceof StackError) throw error;
      throw this.error(name, (error as Error).message);
    }
  }

  text(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || value === null) return undefined;
    if (typeof value === "object" && !(value instanceof BigFloat))
      throw this.error(name, `must be a string, not ${JSON.stringify(value)}`);
    return String(value);
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === "") throw this.error(name, "is required");
    return value;
  }

  number(name: string, fallback: number): number {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const number = Number(value);
    if (value.trim() === "" || !Number.isFinite(number))
      throw this.error(name, `must be a number, not ${value.trim() === "" ? JSON.stringify(value) : value}`);
    return number;
  }

  /**
   * A whole number that AWS accepts.
   *
   * @param fallback The default. It may be outside of the range, such as a number that means "off".
   * @throws StackError that names the range, for any other value.
   */
  integer(name: string, limit: Limit, fallback: number): number {
    const value = this.number(name, fallback);
    if (value === fallback || isWithin(limit, value)) return value;
    // In a plan or a state, Terraform has stored 0 for a number that is not set.
    if (value === 0 && this.resolver.isPlanned) return fallback;
    throw this.error(name, `must be ${rangeOf(limit)}, not ${value}`);
  }

  /** One of the numbers that AWS accepts, or the fallback. @throws StackError that lists them, for any other value. */
  choice(name: string, choices: readonly number[], fallback: number): number {
    const value = this.number(name, fallback);
    if (value === fallback || choices.includes(value)) return value;
    throw this.error(name, `must be one of ${choices.join(", ")}, not ${value}`);
  }

  flag(name: string, fallback = false): boolean {
    const value = this.text(name);
    if (value === undefined) return fallback;
    if (value !== "true" && value !== "false") throw this.error(name, `must be true or false, not ${value}`);
    return value === "true";
  }

  list(name: string): readonly Value[] {
    const value = this.value(name);
    if (value === undefined || value === null) return [];
    return Array.isArray(value) ? (value as readonly Value[]) : [value];
  }

  map(name: string): Readonly<Record<string, string>> {
    const value = this.value(name);
    if (value === undefined || value === null) return {};
    if (!isObject(value)) throw this.error(name, "must be an object");
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        typeof item === "string" || item instanceof BigFloat ? String(item) : JSON.stringify(item),
      ]),
    );
  }

  /** An optional text; undefined when it is not set or can't be known here. */
  knownText(name: string): string | undefined {
    return known(() => this.text(name)) || undefined;
  }

  /** An optional list of texts; empty when it is not set or can't be known here. */
  knownTexts(name: string): readonly string[] {
    return known(() => this.list(name).map(String)) ?? [];
  }

  /** A resource's tags, including the provider's default tags; empty when one of them can't be known here. */
  knownTags(): Readonly<Record<string, string>> {
    return known(() => this.map("tags_all")) ?? {};
  }

  /** The entries of an object, resolved one by one, so that one that can't be resolved does not affect the others. */
  knownEntries(name: string): { known: Record<string, string>; unknown: string[] } {
    const known: Record<string, string> = {};
    const unknown: string[] = [];
    const raw = this.body[name];
    const entries =
      isObject(raw) && !(raw instanceof Reference) ? Object.entries(raw) : this.entriesOf(name, unknown);
    for (const [key, item] of entries) {
      const value = settled(() => this.resolver.value(item, this.place(`${name}.${key}`), this.names));
      if (value instanceof UnresolvedError) unknown.push(value.messageFor(this.address));
      else if (value !== null)
        known[key] = isObject(value) || Array.isArray(value) ? JSON.stringify(value) : toText(value);
    }
    return { known, unknown };
  }

  private entriesOf(name: string, unknown: string[]): (readonly [string, unknown])[] {
    const value = settled(() => this.value(name) ?? null);
    if (value instanceof UnresolvedError) unknown.push(value.messageFor(this.address));
    // Values that are already resolved are escaped, because they must not be parsed as templates again.
    return isObject(value) && !(value instanceof UnresolvedError)
      ? Object.entries(value).map(([key, item]) => [key, escapeTemplates(item)] as const)
      : [];
  }

  /** The nested blocks with a name: a single object, a list of objects, and those that a `dynamic` block generates. */
  blocks(name: string): readonly Settings[] {
    const raw = this.body[name];
    const items: readonly unknown[] =
      raw === undefined || raw === null ? [] : Array.isArray(raw) ? raw : [raw];
    const dynamic = this.dynamicBlocks(name);
    const written = items.map((item) => ({ body: item, names: this.names }));
    const all = [...written, ...dynamic];
    return all.map(({ body, names }, index) => {
      const path = `${this.place(name, "")}${all.length > 1 ? `[${index}]` : ""}.`;
      if (!isObject(body)) throw this.error(name, "must be a block");
      return new Settings(this.resolver, this.address, body as Body, path, names);
    });
  }

  /** https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks */
  private dynamicBlocks(name: string): { body: unknown; names: Names }[] {
    const groups = [this.body.dynamic ?? []].flat() as readonly unknown[];
    const blocks = groups.flatMap((group) => (isObject(group) ? [group[name] ?? []].flat() : []));
    return blocks.filter(isObject).flatMap((block) => {
      const place = this.place(`dynamic.${name}.for_each`);
      const items = this.resolver.value(block.for_each, place, this.names);
      const entries = this.resolver.entries(items, block.for_each, place);
      const iterator =
        typeof block.iterator === "string" ? block.iterator.replace(/^\$\{(.*)\}$/, "$1") : name;
      const bodies = [block.content ?? {}].flat();
      return entries.flatMap(([key, value]) =>
        bodies.map((body) => ({ body, names: { ...this.names, [iterator]: { key, value } } })),
      );
    });
  }

  block(name: string): Settings | undefined {
    return this.blocks(name)[0];
  }

  /** Whether an argument is set, or at least one block exists. */
  has(name: string): boolean {
    const raw = this.body[name];
    const isWritten = raw !== undefined && raw !== null && !(Array.isArray(raw) && raw.length === 0);
    return isWritten || this.dynamicBlocks(name).length > 0;
  }

  error(name: string, what: string): StackError {
    return new StackError(`${this.place(name)}: ${what}`);
  }

  private place(name: string, prefix = `${this.address}: `): string {
    return `${prefix}${this.path}${name}`;
  }
}

function settled<T>(work: () => T): T | UnresolvedError {
  try {
    return work();
  } catch (error) {
    if (error instanceof UnresolvedError) return error;
    throw error;
  }
}

function known<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof StackError) return undefined;
    throw error;
  }
}
