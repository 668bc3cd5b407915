import type { Kinesis } from "../kinesis";
import { Exchange, type Incoming, type Outgoing } from "./exchange";
import { type Endpoint, type ServeOptions, serve } from "./serve";

export type ListenOptions = Omit<ServeOptions, "requestTimeout">;

const mebibyte = 1024 * 1024;
/** A request's body must arrive within this time. Milliseconds. */
const bodyTimeout = 60_000;

/**
 * Serves Kinesis on one port.
 *
 * @throws Error when the port is in use.
 */
export async function listen(kinesis: Kinesis, options: ListenOptions = {}): Promise<Endpoint> {
  const { port = 0, host = "127.0.0.1" } = options;
  const onLost = options.onLost ?? (({ message }) => kinesis.onTrouble(`the server failed: ${message}`));
  let listening = port;
  const exchange = new Exchange({
    kinesis,
    port: () => listening,
    anyHost: !isLoopback(host),
    bodyTimeout,
    mostBodyBytes: 16 * mebibyte,
    mostPendingBytes: 512 * mebibyte,
  });
  const handle = (incoming: Incoming, outgoing: Outgoing) => {
    exchange.handle(incoming, outgoing).catch((error: Error) => {
      kinesis.onTrouble(`a request failed: ${error.message}`);
      outgoing.destroy();
    });
  };
  const endpoint = await serve(handle, { ...options, onLost });
  listening = endpoint.port;
  return endpoint;
}

const isLoopback = (host: string): boolean => host === "localhost" || host === "::1" || /^127\./.test(host);
