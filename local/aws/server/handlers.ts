import type { IncomingHttpHeaders } from "node:http";
import type { Call as AccessCall } from "@streaming-data-lake/iam";
import type { Identity } from "./credentials";
import type { Lent } from "./lent";

/** What an operation's handler knows about the request apart from its input. */
export interface HandledCall {
  readonly operation: string;
  readonly identity: Identity;
  readonly requestId: string;
  readonly headers: IncomingHttpHeaders;
  /** Aborted when the client disconnects. */
  readonly gone: AbortSignal;
  /** Base URL of the endpoint, as the client addressed it. */
  readonly url: string;
  /** What the handler sets in the response in addition to the output's members. */
  readonly answer: {
    status?: number;
    headers: Record<string, string>;
    /** The complete output in the protocol's JSON, from a handler that writes it faster itself. */
    json?: Lent;
  };
  /**
   * Requires that the caller may perform the actions on the resource.
   *
   * @throws AwsError AccessDenied, with the service's own code, when the caller is a role whose policies do not allow
   * it.
   */
  allow(actions: string | readonly string[], resource: string, context?: AccessCall["context"]): void;
  /** Like `allow`, for calls that the runner describes, such as those that also need a permission for a key. */
  allowAll(calls: (caller: Extract<Identity, { kind: "role" }>["role"]) => readonly AccessCall[]): void;
}

/**
 * Handlers for some of a service's operations, with the SDK's types of their inputs and outputs.
 *
 * @template Client The SDK's client, such as `typeof import("@aws-sdk/client-sts")`.
 */
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
      call: HandledCall,
    ) => Omit<OutputOf<Command>, "$metadata"> | Promise<Omit<OutputOf<Command>, "$metadata">>
  : never;

type InputOf<Command> = Command extends { readonly input: infer Input } ? Input : never;

type OutputOf<Command> = Command extends {
  resolveMiddleware(...args: never[]): (...args: never[]) => Promise<{ output: infer Output }>;
}
  ? Output
  : never;

/** A service's handlers, without the types of their inputs and outputs. */
export type AnyHandlers = Readonly<
  Record<string, ((input: never, call: HandledCall) => unknown) | undefined>
>;
