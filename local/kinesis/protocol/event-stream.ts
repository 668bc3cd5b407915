import { crc32Of } from "../checksum";

/**
 * Encodes a message of an event stream (`application/vnd.amazon.eventstream`) with string headers and a payload.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html describes the framing.
 */
export function encodeMessage(headers: Readonly<Record<string, string>>, payload: Buffer): Buffer {
  const encoded: Buffer[] = [];
  for (const [name, value] of Object.entries(headers)) {
    const key = Buffer.from(name);
    const text = Buffer.from(value);
    const head = Buffer.alloc(key.length + 4);
    head[0] = key.length;
    key.copy(head, 1);
    head[key.length + 1] = 7;
    head.writeUInt16BE(text.length, key.length + 2);
    encoded.push(head, text);
  }
  const headersLength = encoded.reduce((sum, { length }) => sum + length, 0);
  const total = 12 + headersLength + payload.length + 4;
  const message = Buffer.allocUnsafe(total);
  message.writeUInt32BE(total, 0);
  message.writeUInt32BE(headersLength, 4);
  message.writeUInt32BE(crc32Of(message.subarray(0, 8)), 8);
  let at = 12;
  for (const part of encoded) at += part.copy(message, at);
  at += payload.copy(message, at);
  message.writeUInt32BE(crc32Of(message.subarray(0, at)), at);
  return message;
}
