import { createHmac, timingSafeEqual } from "node:crypto";

const bytesOfSignature = 16;

/** Signs a text, so that `unseal` can tell whether a text that a client sends back was issued with this key. */
export function seal(text: Buffer, key: Buffer): Buffer {
  return Buffer.concat([sign(text, key), text]);
}

/** @returns the text, or undefined when it was not sealed with this key. */
export function unseal(sealed: Buffer, key: Buffer): Buffer | undefined {
  if (sealed.length < bytesOfSignature) return undefined;
  const text = sealed.subarray(bytesOfSignature);
  return timingSafeEqual(sealed.subarray(0, bytesOfSignature), sign(text, key)) ? text : undefined;
}

function sign(text: Buffer, key: Buffer): Buffer {
  return createHmac("sha256", key).update(text).digest().subarray(0, bytesOfSignature);
}
