/** One entry of a PutRecords call. */
export interface Entry {
  readonly data: Buffer;
  readonly partitionKey: string;
  readonly explicitHashKey?: string;
}

/** Most bytes of JSON around an entry's values. */
const punctuation = `,{"Data":"","PartitionKey":,"ExplicitHashKey":""}`.length;
const maxHashKeyDigits = 39;

/**
 * The body of a PutRecords call, as JSON.
 *
 * It is written directly into one buffer. Joining texts and encoding the result takes four to seven times as long, and
 * each step that measures, signs and sends the text would encode it again.
 */
export function requestBody(streamName: string, entries: readonly Entry[]): Buffer {
  const head = `{"StreamName":${JSON.stringify(streamName)},"Records":[`;
  let size = Buffer.byteLength(head) + 2;
  const keys: string[] = [];
  for (const { data, partitionKey } of entries) {
    const key = JSON.stringify(partitionKey);
    keys.push(key);
    size += Math.ceil(data.length / 3) * 4 + Buffer.byteLength(key) + punctuation + maxHashKeyDigits;
  }
  const body = Buffer.allocUnsafe(size);
  let end = body.write(head, 0);
  for (const [at, { data, explicitHashKey }] of entries.entries()) {
    end += body.write(at === 0 ? '{"Data":"' : ',{"Data":"', end, "latin1");
    end += body.write(data.toString("base64"), end, "latin1");
    end += body.write(`","PartitionKey":${keys[at]}`, end);
    const rest = explicitHashKey === undefined ? "}" : `,"ExplicitHashKey":"${explicitHashKey}"}`;
    end += body.write(rest, end, "latin1");
  }
  end += body.write("]}", end);
  return body.subarray(0, end);
}
