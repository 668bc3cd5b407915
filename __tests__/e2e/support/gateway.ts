import { EventEmitter, once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer, json } from "node:stream/consumers";

export interface Gateway {
  readonly port: number;
  /** Settles at the next call that matches, such as `/CreateStream$/` or `/^PUT .*\?lifecycle/`. */
  nextCall(pattern: RegExp): Promise<void>;
  close(): Promise<void>;
}

interface AthenaRequest {
  readonly NamedQueryId?: string;
  readonly StatementName?: string;
  readonly ConfigurationUpdates?: object;
}

/** What moto 5.2 does not implement of Athena, and what is said in its place. */
const unimplemented: Readonly<Record<string, string>> = {
  "AmazonAthena.DeleteNamedQuery": "done; the query is left out of ListNamedQueries from then on",
  "AmazonAthena.DeletePreparedStatement": "done; it goes with its workgroup, which a destroy deletes next",
  "AmazonAthena.UpdateWorkGroup":
    "done, where nothing of the workgroup itself changes: force_destroy is Terraform's own",
};

/** What moto breaks off at, when it is asked for what it does not have, and the error that Athena answers. */
const unknown: Readonly<Record<string, string>> = {
  "AmazonAthena.GetNamedQuery": "InvalidRequestException",
  "AmazonAthena.GetPreparedStatement": "ResourceNotFoundException",
};

/** A port in front of moto that answers what it does not implement; everything else passes through unchanged. */
export async function openGateway(motoPort: number, port = 0): Promise<Gateway> {
  const calls = new EventEmitter();
  const deletedQueries = new Set<string>();

  const answer = async (incoming: IncomingMessage, response: ServerResponse) => {
    const target = String(incoming.headers["x-amz-target"] ?? "");
    calls.emit("call", `${incoming.method} ${incoming.url} ${target}`.trim());
    const body = await buffer(incoming);
    const { NamedQueryId, StatementName, ConfigurationUpdates } = requestOf(target, body);
    if (target in unimplemented) {
      if (NamedQueryId) deletedQueries.add(NamedQueryId);
      return ConfigurationUpdates ? send(response, 501, {}) : send(response, 200, {});
    }
    const upstream = await forward(incoming, body, motoPort);
    const status = upstream.statusCode ?? 500;
    if (target === "AmazonAthena.ListNamedQueries") {
      const list = (await json(upstream)) as { NamedQueryIds: string[] };
      const NamedQueryIds = list.NamedQueryIds.filter((id) => !deletedQueries.has(id));
      return send(response, status, { ...list, NamedQueryIds });
    }
    if (target in unknown && status === 500) {
      upstream.resume();
      const message = `${NamedQueryId ?? StatementName} does not exist`;
      return send(response, 400, { __type: unknown[target], Message: message });
    }
    response.writeHead(status, upstream.headers);
    upstream.pipe(response);
  };

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch(() => response.destroy());
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    nextCall: (pattern) =>
      new Promise((resolve) => {
        const look = (call: string) => {
          if (!pattern.test(call)) return;
          calls.off("call", look);
          resolve();
        };
        calls.on("call", look);
      }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function requestOf(target: string, body: Buffer): AthenaRequest {
  return target.startsWith("AmazonAthena.") ? (JSON.parse(body.toString()) as AthenaRequest) : {};
}

function forward({ method, url: path, headers }: IncomingMessage, body: Buffer, port: number) {
  const outgoing = request({ host: "127.0.0.1", port, method, path, headers }).end(body);
  return new Promise<IncomingMessage>((resolve, reject) =>
    outgoing.once("response", resolve).once("error", reject),
  );
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
}
