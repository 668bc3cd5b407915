import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface StandIn {
  /** Environment variables with which the provider calls only this server, and reads no AWS configuration. */
  readonly env: Readonly<Record<string, string>>;
  readonly close: () => void;
}

/** Starts a stand-in for STS that answers GetCallerIdentity and AssumeRole, and refuses everything else. */
export async function standIn(): Promise<StandIn> {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    response.setHeader("Content-Type", "text/xml");
    const [, action = ""] = /\bAction=(\w+)/.exec(body) ?? [];
    const answer =
      action === "GetCallerIdentity" ? caller : action.startsWith("AssumeRole") ? assumed(action) : undefined;
    response.statusCode = answer === undefined ? 400 : 200;
    response.end(answer ?? refused);
  });
  await new Promise<void>((done) => {
    server.listen(0, "127.0.0.1", done);
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    env: {
      AWS_ENDPOINT_URL: url,
      AWS_STS_ENDPOINT: url,
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      AWS_EC2_METADATA_DISABLED: "true",
    },
    close: () => server.close(),
  };
}

const caller = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::000000000000:user/local</Arn><UserId>LOCAL</UserId><Account>000000000000</Account>
</GetCallerIdentityResult><ResponseMetadata><RequestId>local</RequestId></ResponseMetadata></GetCallerIdentityResponse>`;

const assumed = (
  action: string,
) => `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>
<AssumedRoleUser><Arn>arn:aws:sts::000000000000:assumed-role/local/local</Arn><AssumedRoleId>LOCAL:local</AssumedRoleId></AssumedRoleUser>
<Credentials><AccessKeyId>local</AccessKeyId><SecretAccessKey>local</SecretAccessKey><SessionToken>local</SessionToken>
<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></${action}Result></${action}Response>`;

const refused = `<ErrorResponse><Error><Type>Sender</Type><Code>NotHere</Code>
<Message>AWS is not asked when a stack is run on this machine</Message></Error></ErrorResponse>`;
