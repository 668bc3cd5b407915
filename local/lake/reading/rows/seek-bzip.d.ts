declare module "seek-bzip" {
  /** @param multistream Whether to read the streams after the first one too. */
  export function decode(input: Buffer, output?: Buffer, multistream?: boolean): Buffer;
}
