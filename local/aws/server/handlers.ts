import type { IncomingHttpHeaders } from "node:http";
import type { Call as AccessCall } from "@streaming-data-lake/iam";
import type { Identity } from "./credentials";
import type { Lent } from "./lent";

/** What an operation knows of the request beside its input. */
export interface Call {
  readonly operation: string;
  readonly identity: Identity;
  readonly requestId: string;
  readonly headers: IncomingHttpHeaders;
  /** Aborted when the client has gone. */
  readonly gone: AbortSignal;
  /** Base URL of the endpoint, as the client wrote it. */
  readonly url: string;
  /** What the answer has beside its output's members. */
  readonly answer: {
    status?: number;
    headers: Record<string, string>;
    /** The output in the JSON of its protocol, from an operation that writes it faster by itself. */
    json?: Lent;
  };
  /**
   * Asks whether the one who calls may do this.
   *
   * @throws AwsError AccessDenied, in the service's words, for a role whose policies don't allow it.
   */
  allow(actions: string | readonly string[], resource: string, context?: AccessCall["context"]): void;
  /** As `allow`, for calls that the runner has words for, such as those to keys. */
  allowAll(calls: (caller: Extract<Identity, { kind: "role" }>["role"]) => readonly AccessCall[]): void;
}

/** @template Client The SDK's client, such as `typeof import("@aws-sdk/client-sts")`. */
export type Handlers<Client> = {
  readonly [Name in keyof Client as Name extends `${infer Operation}Command` ? Operation : never]?: Handler<
    Client[Name]
  >;
};

type Handler<CommandClass> = CommandClass extends new (
  ...args: never[]
) => infer Command
  ? (
      input: InputOf<Command>,
      call: Call,
    ) => Omit<OutputOf<Command>, "$metadata"> | Promise<Omit<OutputOf<Command>, "$metadata">>
  : never;

type InputOf<Command> = Command extends { readonly input: infer Input } ? Input : never;

type OutputOf<Command> = Command extends {
  resolveMiddleware(...args: never[]): (...args: never[]) => Promise<{ output: infer Output }>;
}
  ? Output
  : never;

/** A service's operations, whatever they take. */
export type AnyHandlers = Readonly<Record<string, ((input: never, call: Call) => unknown) | undefined>>;
