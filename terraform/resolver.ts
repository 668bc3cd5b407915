import { attribute } from "./attributes";
import type { Block, Document } from "./document";
import { StackError } from "./errors";
import { evaluate, type Scope } from "./evaluate";
import { parseTemplate } from "./expression";
import { isObject, type Value } from "./values";

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
