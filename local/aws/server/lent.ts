/** Bytes whose buffer is written again once they have been sent. */
export interface Lent {
  readonly bytes: Buffer;
  giveBack(): void;
}

export const isLent = (body: object): body is Lent => "giveBack" in body;
