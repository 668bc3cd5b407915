/** Bytes in a buffer that is reused once they have been sent. */
export interface Lent {
  readonly bytes: Buffer;
  giveBack(): void;
}

export const isLent = (body: object): body is Lent => "giveBack" in body;
