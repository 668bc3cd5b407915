import type { KinesisContext } from "../context";
import { invalidArgument, KinesisError } from "../protocol/errors";
import { seal, unseal } from "../seal";

/** How long a pagination token is valid. Milliseconds. */
const lifetime = 300_000;

interface Token {
  /** Name of the list to which the token belongs. */
  readonly list: string;
  readonly at: number;
  readonly place: unknown;
}

/** A NextToken that says where a list continues. */
export function sealToken(kinesis: KinesisContext, list: string, place: unknown): string {
  const token: Token = { list, at: kinesis.clock.now(), place };
  return seal(Buffer.from(JSON.stringify(token)), kinesis.store.iteratorKey).toString("base64");
}

/** @throws KinesisError when the token was not issued for this list, or was issued more than 300 seconds ago. */
export function openToken<Place>(kinesis: KinesisContext, list: string, text: string): Place {
  const opened = unseal(Buffer.from(text, "base64"), kinesis.store.iteratorKey);
  const token = opened && (JSON.parse(opened.toString()) as Token);
  if (token?.list !== list) throw invalidArgument("NextToken is invalid.");
  if (kinesis.clock.now() - token.at > lifetime)
    throw new KinesisError(
      "ExpiredNextTokenException",
      "NextToken is expired: it can be used for 300 seconds.",
    );
  return token.place as Place;
}
