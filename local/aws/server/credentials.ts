import { randomBytes } from "node:crypto";
import type { Caller } from "@streaming-data-lake/iam";
import { AwsError } from "../protocol/errors";
import type { RequestSignature } from "./signature";

export type RoleCaller = Extract<Caller, { readonly roleArn: string }>;

/** Who makes a request: the local user, who may do everything, or a role, which may do what its policies allow. */
export type Identity =
  | { readonly kind: "user" }
  | { readonly kind: "role"; readonly role: RoleCaller; readonly id: string };

export interface SessionCredentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  readonly Expiration: Date;
}

interface Session {
  readonly role: RoleCaller;
  readonly token: string;
  readonly expires: number;
}

/** Prefix of the access keys that are issued here. */
const prefix = "ASIALOCAL";

/** The temporary credentials that were issued for roles. They are valid until the process ends, at the longest. */
export class Credentials {
  private readonly sessions = new Map<string, Session>();

  /** Issues credentials for a role. @param seconds How long they are valid. @default Infinity, which means no limit */
  issue(role: RoleCaller, seconds = Number.POSITIVE_INFINITY): SessionCredentials {
    const AccessKeyId = `${prefix}${letters(11)}`;
    const SessionToken = randomBytes(96).toString("base64");
    const expires = Date.now() + seconds * 1000;
    this.sessions.set(AccessKeyId, { role, token: SessionToken, expires });
    return {
      AccessKeyId,
      SecretAccessKey: randomBytes(30).toString("base64"),
      SessionToken,
      Expiration: new Date(Math.min(expires, Date.UTC(9999, 0))),
    };
  }

  /** The caller with the given access key. @throws AwsError when its session is unknown or has expired. */
  identify({ accessKeyId, sessionToken }: Pick<RequestSignature, "accessKeyId" | "sessionToken">): Identity {
    if (!accessKeyId.startsWith(prefix)) return { kind: "user" };
    const session = this.sessions.get(accessKeyId);
    if (!session || session.token !== sessionToken)
      throw new AwsError(
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
        403,
      );
    if (session.expires < Date.now())
      throw new AwsError("ExpiredToken", "The security token included in the request is expired", 403);
    return { kind: "role", role: session.role, id: accessKeyId };
  }
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const letters = (count: number): string =>
  [...randomBytes(count)].map((byte) => alphabet[byte % alphabet.length]).join("");
