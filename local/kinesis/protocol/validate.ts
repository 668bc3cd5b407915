import { validation } from "./errors";
import type { StructureShape, WireShape } from "./shape";

/** AWS reports at most this many errors at once. */
const mostErrors = 10;

/**
 * Checks a coerced input against the constraints of its shape.
 *
 * @throws KinesisError ValidationException with AWS's message, which lists up to ten errors.
 */
export function validate(shape: StructureShape, input: Record<string, unknown>): void {
  const errors: string[] = [];
  checkMembers(shape, input, "", errors);
  if (errors.length === 0) return;
  const count = errors.length === 1 ? "1 validation error" : `${errors.length} validation errors`;
  throw validation(`${count} detected: ${errors.join("; ")}`);
}

function checkMembers(
  shape: StructureShape,
  values: Record<string, unknown>,
  parent: string,
  errors: string[],
): void {
  for (const name in shape.members) {
    if (errors.length >= mostErrors) return;
    const member = shape.members[name];
    const value = values[name];
    if (!member) continue;
    if (value !== undefined) check(member, value, parent, name, errors);
    else if (shape.required.includes(name))
      report(errors, member, value, parent, name, "Member must not be null");
  }
}

function check(shape: WireShape, value: unknown, parent: string, name: string, errors: string[]): void {
  if (value === null) {
    report(errors, shape, value, parent, name, "Member must not be null");
    return;
  }
  switch (shape.type) {
    case "string":
    case "integer":
    case "long":
    case "blob":
      for (const broken of brokenRules(shape, value)) report(errors, shape, value, parent, name, broken);
      return;
    case "list": {
      const list = value as readonly unknown[];
      for (const broken of brokenLengths(shape, list.length))
        report(errors, shape, value, parent, name, broken);
      if (shape.member.type === "structure") {
        const path = `${parent}${lowerFirst(name)}.`;
        for (let i = 0; i < list.length && errors.length < mostErrors; i++) {
          const member = list[i];
          if (member === null) check(shape.member, member, `${path}${i + 1}.`, "member", errors);
          else
            checkMembers(shape.member, member as Record<string, unknown>, `${path}${i + 1}.member.`, errors);
        }
        return;
      }
      const rules = rulesOfMembers(shape.member);
      if (rules && !list.every((member) => member !== null && brokenRules(shape.member, member).length === 0))
        report(errors, shape, value, parent, name, `Member must satisfy constraint: ${rules}`);
      return;
    }
    case "map": {
      const entries = Object.entries(value as Record<string, unknown>);
      for (const broken of brokenLengths(shape, entries.length))
        report(errors, shape, value, parent, name, broken);
      if (!entries.every(([key]) => brokenRules(shape.key, key).length === 0))
        report(
          errors,
          shape,
          value,
          parent,
          name,
          `Map keys must satisfy constraint: ${rulesOfMembers(shape.key)}`,
        );
      if (!entries.every(([, member]) => brokenRules(shape.value, member).length === 0))
        report(
          errors,
          shape,
          value,
          parent,
          name,
          `Map value must satisfy constraint: ${rulesOfMembers(shape.value)}`,
        );
      return;
    }
    case "structure":
      checkMembers(shape, value as Record<string, unknown>, `${parent}${lowerFirst(name)}.`, errors);
      return;
    default:
      return;
  }
}

const none: readonly string[] = [];
const patterns = new Map<string, RegExp>();

function matches(pattern: string, text: string): boolean {
  let compiled = patterns.get(pattern);
  if (!compiled) {
    compiled = new RegExp(`^(?:${pattern})$`);
    patterns.set(pattern, compiled);
  }
  return compiled.test(text);
}

/** The constraints that a simple value violates, in AWS's wording. */
function brokenRules(shape: WireShape, value: unknown): readonly string[] {
  switch (shape.type) {
    case "string": {
      const text = value as string;
      const { pattern, enum: values, min, max } = shape;
      if (
        (pattern === undefined || matches(pattern, text)) &&
        (min === undefined || text.length >= min) &&
        (max === undefined || text.length <= max) &&
        (values === undefined || values.includes(text))
      )
        return none;
      const broken: string[] = [];
      if (pattern !== undefined && !matches(pattern, text))
        broken.push(`Member must satisfy regular expression pattern: ${pattern}`);
      broken.push(...brokenLengths(shape, text.length));
      if (values && !values.includes(text)) broken.push(enumRule(values));
      return broken;
    }
    case "blob":
      return brokenLengths(shape, (value as Buffer).length);
    case "integer":
    case "long": {
      const number = value as number;
      if (shape.min !== undefined && number < shape.min)
        return [`Member must have value greater than or equal to ${shape.min}`];
      if (shape.max !== undefined && number > shape.max)
        return [`Member must have value less than or equal to ${shape.max}`];
      return none;
    }
    default:
      return none;
  }
}

function brokenLengths(limits: { min?: number; max?: number }, length: number): readonly string[] {
  if (limits.min !== undefined && length < limits.min)
    return [`Member must have length greater than or equal to ${limits.min}`];
  if (limits.max !== undefined && length > limits.max)
    return [`Member must have length less than or equal to ${limits.max}`];
  return none;
}

const enumRule = (values: readonly string[]) => `Member must satisfy enum value set: [${values.join(", ")}]`;

function rulesOfMembers(shape: WireShape): string | undefined {
  if (shape.type !== "string") return undefined;
  const rules: string[] = [];
  if (shape.max !== undefined) rules.push(`Member must have length less than or equal to ${shape.max}`);
  if (shape.min !== undefined) rules.push(`Member must have length greater than or equal to ${shape.min}`);
  if (shape.pattern !== undefined)
    rules.push(`Member must satisfy regular expression pattern: ${shape.pattern}`);
  if (shape.enum) rules.push(enumRule(shape.enum));
  return rules.length > 0 ? `[${rules.join(", ")}]` : undefined;
}

function report(
  errors: string[],
  shape: WireShape,
  value: unknown,
  parent: string,
  name: string,
  rule: string,
): void {
  if (errors.length >= mostErrors) return;
  const shown = value == null ? "null" : `'${show(shape, value)}'`;
  errors.push(`Value ${shown} at '${parent}${lowerFirst(name)}' failed to satisfy constraint: ${rule}`);
}

/** A value in the form in which AWS's messages show it, which is that of Java's `toString`. */
function show(shape: WireShape, value: unknown): string {
  switch (shape.type) {
    case "blob": {
      const { length } = value as Buffer;
      return `java.nio.HeapByteBuffer[pos=0 lim=${length} cap=${length}]`;
    }
    case "list": {
      const entry = "com.amazonaws.kinesis.v20131202.PutRecordsRequestEntry@c965e310";
      const members = value as readonly unknown[];
      return `[${members.map((member) => (shape.member.type === "structure" ? entry : String(member))).join(", ")}]`;
    }
    case "map":
      return `{${Object.entries(value as Record<string, unknown>)
        .map(([key, member]) => `${key}=${member}`)
        .join(", ")}}`;
    default:
      return typeof value === "object" ? JSON.stringify(value) : String(value);
  }
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
