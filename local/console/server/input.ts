import type { Context } from "hono";
import type { z } from "zod";
import { Refused } from "./refused";

/**
 * The body of a request, parsed as JSON.
 *
 * @throws Refused 400 with a message that says what is wrong with the body.
 */
export async function requestBodyOf<Value>(context: Context, shape: z.ZodType<Value>): Promise<Value> {
  let given: unknown;
  try {
    given = JSON.parse(await context.req.text());
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused(400, "the request's body must be JSON");
  }
  const read = shape.safeParse(given);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Refused(400, `${issue?.path.join(".") || "the body"}: ${issue?.message ?? "is wrong"}`);
}

/** A whole number in a query parameter. @throws Refused 400 */
export function numberIn(
  text: string | undefined,
  name: string,
  least: number,
  most: number,
  otherwise: number,
): number {
  if (text === undefined || text === "") return otherwise;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new Refused(
    400,
    `${name} is ${JSON.stringify(text)}; it must be a whole number from ${least} to ${most}`,
  );
}
