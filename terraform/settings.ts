import type { Block, Body } from "./document";
import { StackError } from "./errors";
import type { Resolver } from "./resolver";
import { isObject, type Value } from "./values";

/** Reads a block's settings, each with its type and its default, and names the place of what is wrong. */
export class Settings {
  constructor(
    private readonly resolver: Resolver,
    readonly address: string,
    private readonly body: Body,
    private readonly path = "",
    private readonly top?: Block,
  ) {}

  static of(resolver: Resolver, block: Block): Settings {
    return new Settings(resolver, block.address, block.body, "", block);
  }

  value(name: string): Value | undefined {
    if (this.top) return this.resolver.attribute(this.top, name) ?? undefined;
    const raw = this.body[name];
    return raw === undefined ? undefined : (this.resolver.value(raw, this.place(name)) ?? undefined);
  }

  text(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || value === null) return undefined;
    if (typeof value === "object") throw this.error(name, `must be a string, not ${JSON.stringify(value)}`);
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
      throw this.error(name, `must be a number, not ${value}`);
    return number;
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
        typeof item === "string" ? item : JSON.stringify(item),
      ]),
    );
  }

  /** Nested blocks, whichever way they are written. */
  blocks(name: string): readonly Settings[] {
    const raw = this.body[name];
    if (raw === undefined || raw === null) return [];
    const items = Array.isArray(raw) ? raw : [raw];
    return items.map((item, index) => {
      const path = `${this.place(name, "")}${items.length > 1 ? `[${index}]` : ""}.`;
      if (!isObject(item)) throw this.error(name, "must be a block");
      return new Settings(this.resolver, this.address, item as Body, path);
    });
  }

  block(name: string): Settings | undefined {
    return this.blocks(name)[0];
  }

  has(name: string): boolean {
    const raw = this.body[name];
    return raw !== undefined && raw !== null && !(Array.isArray(raw) && raw.length === 0);
  }

  error(name: string, what: string): StackError {
    return new StackError(`${this.place(name)}: ${what}`);
  }

  private place(name: string, prefix = `${this.address}: `): string {
    return `${prefix}${this.path}${name}`;
  }
}
