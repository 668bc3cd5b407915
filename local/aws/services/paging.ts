import { AwsError } from "../protocol/errors";

/**
 * A page of a list, and the token of the next page, if there is one.
 *
 * @throws AwsError when the token is not valid.
 */
export function pageOf<Item>(
  all: readonly Item[],
  token: string | undefined,
  most: number,
  invalid = "InvalidRequestException",
): { readonly items: readonly Item[]; readonly NextToken?: string } {
  const from =
    token === undefined || token === "" ? 0 : Number(Buffer.from(token, "base64").toString("latin1"));
  if (!Number.isInteger(from) || from < 0) throw new AwsError(invalid, "The token of the page is invalid");
  const end = from + Math.max(1, most);
  return {
    items: all.slice(from, end),
    ...(end < all.length && { NextToken: Buffer.from(String(end)).toString("base64") }),
  };
}
