declare module "seek-bzip" {
  /** @param multistream Whether streams that follow the first are read too. */
  export function decode(input: Buffer, output?: Buffer, multistream?: boolean): Buffer;
}
