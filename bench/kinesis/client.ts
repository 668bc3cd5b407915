import { Agent, request } from "node:http";

/** A client that costs as little as can be: bodies are made beforehand, answers are hardly looked at. */
export class RawClient {
  private readonly agent: Agent;

  constructor(
    private readonly port: number,
    connections: number,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  call(operation: string, body: string | Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const call = request(
        {
          port: this.port,
          host: "127.0.0.1",
          method: "POST",
          agent: this.agent,
          headers: {
            "content-type": "application/x-amz-json-1.1",
            "x-amz-target": `Kinesis_20131202.${operation}`,
            "x-amz-date": "20261126T000000Z",
            authorization: "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=c",
            "content-length": Buffer.byteLength(body),
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () => {
            const answer = Buffer.concat(chunks);
            if (response.statusCode === 200) resolve(answer);
            else reject(new Error(`${operation}: ${response.statusCode} ${answer}`));
          });
        },
      );
      call.on("error", reject);
      call.end(body);
    });
  }

  async json(operation: string, input: object): Promise<Record<string, unknown>> {
    const answer = await this.call(operation, JSON.stringify(input));
    return answer.length === 0 ? {} : (JSON.parse(answer.toString()) as Record<string, unknown>);
  }

  close(): void {
    this.agent.destroy();
  }
}

/** Makes a number of calls, so many at a time. */
export async function repeat(
  times: number,
  atOnce: number,
  call: (i: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < times) await call(next++);
    }),
  );
}
