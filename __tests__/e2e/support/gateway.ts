import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

export interface Gateway {
  readonly endpoint: string;
  close(): Promise<void>;
}

/**
 * A port in front of moto that answers what moto 5.2 does not implement: Athena's DeleteNamedQuery, without which no
 * destroy could end. Everything else passes through unchanged.
 */
export async function openGateway(motoPort: number): Promise<Gateway> {
  const deletedQueries = new Set<string>();

  const answer = async (incoming: IncomingMessage, response: ServerResponse) => {
    switch (incoming.headers["x-amz-target"]) {
      case "AmazonAthena.DeleteNamedQuery": {
        const { NamedQueryId } = (await json(incoming)) as { NamedQueryId: string };
        deletedQueries.add(NamedQueryId);
        return send(response, 200, {});
      }
      case "AmazonAthena.ListNamedQueries": {
        const upstream = await forward(incoming, motoPort);
        const list = (await json(upstream)) as { NamedQueryIds: string[] };
        const NamedQueryIds = list.NamedQueryIds.filter((id) => !deletedQueries.has(id));
        return send(response, upstream.statusCode ?? 500, { ...list, NamedQueryIds });
      }
      default: {
        const upstream = await forward(incoming, motoPort);
        response.writeHead(upstream.statusCode ?? 500, upstream.headers);
        upstream.pipe(response);
      }
    }
  };

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function forward(incoming: IncomingMessage, port: number): Promise<IncomingMessage> {
  const { method, url: path, headers } = incoming;
  const outgoing = request({ host: "127.0.0.1", port, method, path, headers });
  incoming.pipe(outgoing);
  return new Promise((resolve, reject) => outgoing.once("response", resolve).once("error", reject));
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
}
