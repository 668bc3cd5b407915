import { attribute } from "./attributes";
import type { Block, Body, Document } from "./document";
import { StackError } from "./document";
import { evaluate, type Scope } from "./evaluate";
import { parseTemplate } from "./expression";
import { isObject, type Value } from "./functions";

export interface Environment {
  readonly region: string;
  readonly accountId: string;
}

/**
 * Resolves the expressions of one document, only those that are asked for, each once.
 *
 * An error names the expression and its place: the address and the attribute.
 */
export class Resolver implements Scope {
  private readonly results = new Map<string, Value>();
  private readonly underway = new Set<string>();

  constructor(
    private readonly document: Document,
    private readonly environment: Environment,
  ) {}

  /** @throws StackError with the place and the expression when it can't be resolved. */
  value(raw: unknown, place: string): Value {
    if (typeof raw === "string") return this.template(raw, place);
    if (Array.isArray(raw)) return raw.map((item, index) => this.value(item, `${place}[${index}]`));
    if (isObject(raw))
      return Object.fromEntries(
        Object.entries(raw).map(([key, item]) => [key, this.value(item, `${place}.${key}`)]),
      );
    return raw as number | boolean | null;
  }

  private template(text: string, place: string): Value {
    if (!/[$%]\{/.test(text)) return text;
    try {
      return evaluate(parseTemplate(text), this);
    } catch (error) {
      if (error instanceof StackError) throw error;
      throw new StackError(`${place}: can't resolve ${text}: ${(error as Error).message}`);
    }
  }

  lookup(names: readonly string[]): { value: Value; used: number } {
    const [first = "", second = "", third = "", fourth] = names;
    switch (first) {
      case "local":
        if (!Object.hasOwn(this.document.locals, second)) throw new Error(`there is no local.${second}`);
        return { value: this.once(`local.${second}`, this.document.locals[second]), used: 2 };
      case "var":
        return { value: this.variable(second), used: 2 };
      case "path":
        return { value: second === "module" || second === "root" ? "." : this.document.folder, used: 2 };
      case "terraform":
        return { value: "default", used: 2 };
      case "data":
        return { value: this.block(`data.${second}.${third}`, fourth), used: 4 };
      case "each":
      case "count":
        throw new Error(`${first}.${second} is known only to Terraform`);
      case "module":
        throw new Error("modules are not read");
      default:
        return { value: this.block(`${first}.${second}`, names[2]), used: 3 };
    }
  }

  /** An attribute of a block, whether it is written there or AWS computes it. */
  attribute(block: Block, name: string): Value | undefined {
    const type = block.address.startsWith("data.") ? `data.${block.type}` : block.type;
    return attribute(type, this.known(block), name);
  }

  private known(block: Block) {
    return {
      ...this.environment,
      address: block.address,
      folder: this.document.folder,
      get: (name: string) => {
        const raw = block.body[name];
        return raw === undefined || raw === null
          ? undefined
          : this.once(`${block.address}.${name}`, raw, `${block.address}: ${name}`);
      },
    };
  }

  private block(address: string, name: string | undefined): Value {
    const found = this.document.resources.get(address) ?? this.document.data.get(address);
    if (!found) throw new Error(`there is no ${address}`);
    if (name === undefined) throw new Error(`${address} is a whole resource; name one of its attributes`);
    if (found.body.count !== undefined || found.body.for_each !== undefined)
      throw new Error(`${address} uses ${found.body.count !== undefined ? "count" : "for_each"}`);
    const value = this.attribute(found, name);
    if (value === undefined) throw new Error(`${address} has no known "${name}"`);
    return value;
  }

  private variable(name: string): Value {
    const declared = this.document.variables.get(name);
    if (!declared) throw new Error(`there is no variable "${name}"`);
    const given = process.env[`TF_VAR_${name}`];
    if (given !== undefined) return given;
    if (declared.default === undefined)
      throw new Error(`the variable "${name}" has no default; set TF_VAR_${name}`);
    return declared.default as Value;
  }

  /** Resolves what a name stands for once, and finds references that go round in circles. */
  private once(key: string, raw: unknown, place = key): Value {
    const known = this.results.get(key);
    if (known !== undefined) return known;
    if (this.underway.has(key)) throw new StackError(`${place}: refers to itself`);
    this.underway.add(key);
    try {
      const value = this.value(raw, place);
      this.results.set(key, value);
      return value;
    } finally {
      this.underway.delete(key);
    }
  }
}

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
