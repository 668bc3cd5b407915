import type { Block, Document } from "../document";
import { StackError, UnresolvedError } from "../errors";
import { isObject, type Value } from "../values";
import { attribute, computedNames } from "./attributes";
import { type EvaluationScope, evaluate, withNames } from "./evaluate";
import { entriesOf } from "./functions/arguments";
import { parseTemplate } from "./parse";
import { Reference } from "./reference";
import { convertTo, parseConstraint } from "./types";

export interface Environment {
  readonly region: string;
  readonly accountId: string;
}

/** The type by which a block's attributes are computed. */
const typeOf = ({ mode, type }: Block): string => (mode === "data" ? `data.${type}` : type);

/** Largest `count`. A larger one is a mistake, and would use up all memory. */
const mostInstances = 10_000;

/**
 * Resolves the expressions of a document. Each is resolved only when it is needed, and only once.
 *
 * Errors contain the expression and its place, which is the resource's address and the attribute.
 */
export class Resolver implements EvaluationScope {
  private readonly results = new Map<string, Value>();
  private readonly underway = new Set<string>();

  constructor(
    private readonly document: Document,
    private readonly environment: Environment,
  ) {}

  get folder(): string {
    return this.document.folder;
  }

  get isPlanned(): boolean {
    return this.document.isPlanned;
  }

  /**
   * @param names Additional names that the expression may use, such as the iterator of a `dynamic` block.
   * @throws UnresolvedError with the place and the expression when it can't be resolved.
   */
  value(raw: unknown, place: string, names?: Readonly<Record<string, Value>>): Value {
    if (typeof raw === "string") return this.template(raw, place, names);
    if (Array.isArray(raw)) return raw.map((item, index) => this.value(item, `${place}[${index}]`, names));
    if (raw instanceof Reference) return this.referred(raw, place);
    if (isObject(raw))
      return Object.fromEntries(
        Object.entries(raw).map(([key, item]) => [key, this.value(item, `${place}.${key}`, names)]),
      );
    return raw as number | boolean | null;
  }

  private template(text: string, place: string, names?: Readonly<Record<string, Value>>): Value {
    if (!/[$%]\{/.test(text)) return text;
    try {
      return evaluate(parseTemplate(text), names ? withNames(this, names) : this);
    } catch (error) {
      if (error instanceof StackError) throw error;
      throw new UnresolvedError(`${place}: can't resolve ${text}: ${(error as Error).message}`);
    }
  }

  private referred({ address, attribute: name, why }: Reference, place: string): Value {
    try {
      if (address === undefined) throw new Error(why);
      return this.attributeOf(this.blockAt(address), name);
    } catch (error) {
      if (error instanceof StackError) throw error;
      throw new UnresolvedError(`${place}: can't be known here: ${(error as Error).message}`);
    }
  }

  lookup(names: readonly string[]): { value: Value; used: number } {
    const [first = "", second = "", third = ""] = names;
    switch (first) {
      case "local":
        return this.local(names);
      case "var":
        return { value: this.variable(second), used: 2 };
      case "path":
        return { value: second === "module" || second === "root" ? "." : this.document.folder, used: 2 };
      case "terraform":
        return { value: "default", used: 2 };
      case "data":
        return this.resource(`data.${second}.${third}`, names, 3);
      case "each":
      case "count":
        throw new Error(`${first}.${second} is known only to Terraform`);
      case "module":
        throw new Error("modules are not read here: give Terraform's plan, --plan FILE");
      default:
        return this.resource(`${first}.${second}`, names, 2);
    }
  }

  /** Resolves only the requested part of a local object, so that other parts that can't be resolved do not matter. */
  private local(names: readonly string[]): { value: Value; used: number } {
    const [, name = ""] = names;
    if (!Object.hasOwn(this.document.locals, name)) throw new Error(`there is no local.${name}`);
    let raw: unknown = this.document.locals[name];
    let used = 2;
    for (
      let next = names[used];
      isObject(raw) && next !== undefined && Object.hasOwn(raw, next);
      next = names[used]
    ) {
      raw = raw[next];
      used++;
    }
    return { value: this.once(names.slice(0, used).join("."), raw), used };
  }

  /** The instances that `count` or `for_each` make of a block, or the block itself when it has neither. */
  instances(block: Block): readonly Block[] {
    return [...(this.byKey(block)?.values() ?? [block])];
  }

  /** The instances of a block by their keys, such as `0` or `red`. Undefined when it has neither `count` nor `for_each`. */
  private byKey(block: Block): ReadonlyMap<string, Block> | undefined {
    const { count, for_each: each, ...body } = block.body;
    const one = { ...block, body };
    if (count !== undefined && count !== null) return this.counted(one, count);
    return each === undefined || each === null ? undefined : this.iterated(one, each);
  }

  private counted({ address, ...block }: Block, count: unknown): ReadonlyMap<string, Block> {
    const number = Number(this.value(count, `${address}: count`));
    if (!Number.isInteger(number) || number < 0)
      throw new StackError(`${address}: count: must be a whole number, 0 or more`);
    if (number > mostInstances)
      throw new StackError(
        `${address}: count: no more than ${mostInstances} instances run here, not ${number}`,
      );
    const instances = Array.from({ length: number }, (_, index) => {
      const instance = { ...block, address: `${address}[${index}]`, names: { count: { index } } };
      return [String(index), instance] as const;
    });
    return new Map(instances);
  }

  private iterated({ address, ...block }: Block, each: unknown): ReadonlyMap<string, Block> {
    const place = `${address}: for_each`;
    const items = this.value(each, place);
    const instances = this.entries(items, each, place).map(([index, value]) => {
      // The elements of a set are also its keys.
      const key = Array.isArray(items) ? value : index;
      const written = `${address}[${JSON.stringify(key)}]`;
      return [String(key), { ...block, address: written, names: { each: { key, value } } }] as const;
    });
    return new Map(instances);
  }

  /**
   * The entries over which a `for_each` iterates, as pairs of key and value. The elements of a set are also its keys.
   *
   * @throws StackError with the place when the value is neither a list, a set nor an object.
   */
  entries(items: Value, raw: unknown, place: string): readonly (readonly [Value, Value])[] {
    if (items !== null && !Array.isArray(items) && !isObject(items))
      throw new StackError(`${place}: must be a set, a list or a map, not ${JSON.stringify(items)}`);
    const entries = entriesOf(items ?? []);
    const isSet = typeof raw === "string" && /^\$\{\s*(?:toset|set\w+)\(/.test(raw);
    return isSet ? entries.map(([, value]) => [value, value] as const) : entries;
  }

  /** What the names after an address refer to: instances, one of them, or an attribute. */
  private resource(address: string, names: readonly string[], used: number): { value: Value; used: number } {
    const block = this.blockAt(address);
    const instances = this.byKey(block);
    if (!instances) return this.ofBlock(block, names, used);
    const key = names[used];
    if (key === undefined) {
      const all = [...instances].map(([name, one]) => [name, this.whole(one)] as const);
      const isCounted = block.body.count !== undefined && block.body.count !== null;
      return { value: isCounted ? all.map(([, one]) => one) : Object.fromEntries(all), used };
    }
    const instance = instances.get(key);
    if (!instance) throw new Error(`there is no ${address}[${JSON.stringify(key)}]`);
    return this.ofBlock(instance, names, used + 1);
  }

  private ofBlock(block: Block, names: readonly string[], used: number): { value: Value; used: number } {
    const name = names[used];
    return name === undefined
      ? { value: this.whole(block), used }
      : { value: this.attributeOf(block, name), used: used + 1 };
  }

  /** All attributes of a block that are known here. */
  private whole(block: Block): Value {
    const names = new Set([...Object.keys(block.body), ...computedNames(typeOf(block))]);
    return Object.fromEntries(
      [...names].flatMap((name) => {
        try {
          const value = this.attribute(block, name);
          return value === undefined ? [] : [[name, value] as const];
        } catch (error) {
          if (error instanceof StackError && !(error instanceof UnresolvedError)) throw error;
          return [];
        }
      }),
    );
  }

  /** An attribute of a block, which is either set in the block or computed by AWS. */
  attribute(block: Block, name: string): Value | undefined {
    const known = this.known(block);
    const value = attribute(typeOf(block), known, name);
    return name === "tags_all" && value === undefined ? this.allTags(block, known.get("tags")) : value;
  }

  /** https://registry.terraform.io/providers/hashicorp/aws/latest/docs#default_tags-configuration-block */
  private allTags(block: Block, own: Value | undefined): Value {
    const [, alias] = String(block.body.provider ?? "").split(".");
    const providers = this.document.providers.get("aws") ?? [];
    const provider = providers.find((one) => one.alias === alias);
    const [defaults] = [provider?.default_tags ?? []].flat();
    const tags = isObject(defaults) ? this.value(defaults.tags ?? {}, "provider.aws: default_tags") : {};
    return { ...(tags as object), ...(own as object | undefined) };
  }

  private known(block: Block) {
    return {
      region: this.environment.region,
      accountId: this.environment.accountId,
      address: block.address,
      folder: this.document.folder,
      isPlanned: this.document.isPlanned,
      get: (name: string) => {
        const raw = Object.hasOwn(block.body, name) ? block.body[name] : undefined;
        return raw === undefined || raw === null
          ? undefined
          : this.once(`${block.address}.${name}`, raw, `${block.address}: ${name}`, block.names);
      },
    };
  }

  private blockAt(address: string): Block {
    const found = this.document.resources.get(address) ?? this.document.data.get(address);
    if (!found) throw new Error(`there is no ${address}`);
    return found;
  }

  private attributeOf(block: Block, name: string): Value {
    const value = this.attribute(block, name);
    if (value === undefined) throw new Error(`${block.address} has no known "${name}"`);
    return value;
  }

  /**
   * The given value of a variable, or its default, converted to its type:
   * https://developer.hashicorp.com/terraform/language/values/variables
   */
  private variable(name: string): Value {
    const declared = this.document.variables.get(name);
    if (!declared) throw new Error(`there is no variable "${name}"`);
    const type = typeof declared.type === "string" ? parseConstraint(declared.type) : undefined;
    const given = this.document.given.get(name);
    const value = given ? given(type) : (declared.default as Value | undefined);
    if (value === undefined)
      throw new Error(`the variable "${name}" has no default; set TF_VAR_${name} or terraform.tfvars`);
    try {
      return type ? convertTo(type, value) : value;
    } catch (error) {
      throw new Error(`the variable "${name}": ${(error as Error).message}`);
    }
  }

  /** Resolves a name only once, and detects circular references. */
  private once(key: string, raw: unknown, place = key, names?: Readonly<Record<string, Value>>): Value {
    const known = this.results.get(key);
    if (known !== undefined) return known;
    if (this.underway.has(key)) throw new StackError(`${place}: refers to itself`);
    this.underway.add(key);
    try {
      const value = this.value(raw, place, names);
      this.results.set(key, value);
      return value;
    } finally {
      this.underway.delete(key);
    }
  }
}
