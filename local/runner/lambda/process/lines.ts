import { StringDecoder } from "node:string_decoder";

/** CloudWatch takes no larger events: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
export const maxLineBytes = 256 * 1024;

const newline = 0x0a;

/** Makes lines of what a function prints; a longer one than CloudWatch takes becomes several. */
export class LineSplitter {
  private readonly decoder = new StringDecoder("utf8");
  private rest: Buffer[] = [];
  private restBytes = 0;

  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    while (start < chunk.length) {
      const room = start + maxLineBytes - this.restBytes;
      const found = chunk.indexOf(newline, start);
      const ends = found >= 0 && found <= room;
      const end = ends ? found : Math.min(room, chunk.length);
      this.rest.push(chunk.subarray(start, end));
      this.restBytes += end - start;
      start = ends ? end + 1 : end;
      if (ends) lines.push(this.take() + this.decoder.end());
      else if (this.restBytes >= maxLineBytes) lines.push(this.take());
    }
    return lines;
  }

  /** What the last line has got so far, when no more will come. */
  end(): string[] {
    const line = this.take() + this.decoder.end();
    return line === "" ? [] : [line];
  }

  /** A character that was cut in two goes whole to the next line. */
  private take(): string {
    const line = this.decoder.write(Buffer.concat(this.rest));
    this.rest = [];
    this.restBytes = 0;
    return line.endsWith("\r") ? line.slice(0, -1) : line;
  }
}
