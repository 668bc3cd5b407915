/** NVMe's polynomial, reflected, as two halves of 32 bits, since 64-bit arithmetic (BigInt) is too slow. */
const high = 0x9a6c9329;
const low = 0xac4bc9b5;

const tableHigh = new Uint32Array(256);
const tableLow = new Uint32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let [h, l] = [0, byte];
  for (let bit = 0; bit < 8; bit++) {
    const odd = l & 1;
    l = ((l >>> 1) | (h << 31)) >>> 0;
    h >>>= 1;
    if (odd) {
      h = (h ^ high) >>> 0;
      l = (l ^ low) >>> 0;
    }
  }
  tableHigh[byte] = h;
  tableLow[byte] = l;
}

/** CRC-64/NVME: https://reveng.sourceforge.io/crc-catalogue/all.htm#crc.cat.crc-64-nvme */
export class Crc64Nvme {
  private high = 0xffffffff;
  private low = 0xffffffff;

  update(bytes: Uint8Array): void {
    let { high: h, low: l } = this;
    for (let at = 0; at < bytes.length; at++) {
      const index = (l ^ (bytes[at] as number)) & 0xff;
      l = (((l >>> 8) | (h << 24)) ^ (tableLow[index] as number)) >>> 0;
      h = ((h >>> 8) ^ (tableHigh[index] as number)) >>> 0;
    }
    [this.high, this.low] = [h, l];
  }

  digest(): Buffer {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32BE((this.high ^ 0xffffffff) >>> 0, 0);
    bytes.writeUInt32BE((this.low ^ 0xffffffff) >>> 0, 4);
    return bytes;
  }
}
