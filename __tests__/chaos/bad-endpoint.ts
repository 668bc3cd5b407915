import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "./random";

/** A Kinesis behind a bad line: calls are slow, hang for a while, are cut, or answered with an error. */
export class BadEndpoint {
  private constructor(
    private readonly server: Server,
    private readonly upstream: string,
    private readonly random: Random,
    /** Of calls. */
    private readonly badness: number,
  ) {
    server.on("request", (incoming: IncomingMessage, outgoing: ServerResponse) => {
      this.handle(incoming, outgoing).catch(() => outgoing.destroy());
    });
  }

  static async start(upstream: string, random: Random, badness: number): Promise<BadEndpoint> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new BadEndpoint(server, upstream, random, badness);
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const fault = this.random.chance(this.badness)
      ? this.random.pick(["slow", "hang", "cut before", "cut after", "error"])
      : "none";
    if (fault === "slow") await sleep(this.random.between(50, 1_000));
    if (fault === "hang") await sleep(3_000);
    if (fault === "cut before" || fault === "hang") return void outgoing.destroy();
    if (fault === "error") {
      outgoing.writeHead(500, { "content-type": "application/x-amz-json-1.1" });
      return void outgoing.end('{"__type":"InternalFailure","message":"chaos"}');
    }
    const { status, headers, answer } = await this.forward(incoming, body);
    if (fault === "cut after") return void outgoing.destroy();
    outgoing.writeHead(status, { ...headers, "content-length": answer.length });
    outgoing.end(answer);
  }

  private forward(incoming: IncomingMessage, body: Buffer) {
    const { host: _, "transfer-encoding": __, ...rest } = incoming.headers;
    const headers = { ...rest, "content-length": String(body.length) };
    return new Promise<{ status: number; headers: IncomingMessage["headers"]; answer: Buffer }>(
      (resolve, reject) => {
        const call = request(
          new URL(incoming.url ?? "/", this.upstream),
          { method: incoming.method, headers, agent: false },
          (response) => {
            const { connection: ___, "transfer-encoding": ____, ...answered } = response.headers;
            buffer(response).then(
              (answer) => resolve({ status: response.statusCode ?? 500, headers: answered, answer }),
              reject,
            );
          },
        );
        call.on("error", reject);
        call.end(body);
      },
    );
  }
}
