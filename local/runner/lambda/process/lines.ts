import { StringDecoder } from "node:string_decoder";

/**
 * Largest log event that CloudWatch accepts:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
 */
export const maxMessageLineBytes = 256 * 1024;

const newline = 0x0a;

/** Splits a function's output into lines. A line that is too long for CloudWatch is split into several. */
export class LineSplitter {
  private readonly decoder = new StringDecoder("utf8");
  private rest: Buffer[] = [];
  private restBytes = 0;

  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    while (start < chunk.length) {
      const room = start + maxMessageLineBytes - this.restBytes;
      const found = chunk.indexOf(newline, start);
      const ends = found >= 0 && found <= room;
      const end = ends ? found : Math.min(room, chunk.length);
      this.rest.push(chunk.subarray(start, end));
      this.restBytes += end - start;
      start = ends ? end + 1 : end;
      if (ends) lines.push(this.take() + this.decoder.end());
      else if (this.restBytes >= maxMessageLineBytes) lines.push(this.take());
    }
    return lines;
  }

  /** The remaining text of the last line, at the end of the output. */
  end(): string[] {
    const line = this.take() + this.decoder.end();
    return line === "" ? [] : [line];
  }

  /** Takes the text collected so far. A character that was cut in two is left for the next line. */
  private take(): string {
    const line = this.decoder.write(Buffer.concat(this.rest));
    this.rest = [];
    this.restBytes = 0;
    return line.endsWith("\r") ? line.slice(0, -1) : line;
  }
}
