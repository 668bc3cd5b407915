import type * as Client from "@aws-sdk/client-secrets-manager";
import { uuidOf } from "@streaming-data-lake/terraform/uuid";
import { AwsError } from "../protocol/errors";
import type { HandledCall, Handlers } from "../server/handlers";
import type { World } from "../world";
import { pageOf } from "./paging";
import type { Service } from "./service";
import { tagListOf, tagsOf } from "./tags";
import { textsOf } from "./texts";

/**
 * Secrets Manager, for the stack's secrets: https://docs.aws.amazon.com/secretsmanager/latest/apireference/Welcome.html
 */
export function secretsManager(world: World): Service {
  const { stack, resources } = world;
  const versions = resources("aws_secretsmanager_secret_version").map((settings) => ({
    secret: settings.knownText("secret_id"),
    text: settings.knownText("secret_string"),
    binary: settings.knownText("secret_binary"),
  }));
  const secrets = textsOf(resources("aws_secretsmanager_secret"), ["name", "arn"] as const).map((secret) => ({
    ...secret,
    version: versions.find((one) => one.secret === secret.arn || one.secret === secret.name),
  }));

  const secretOf = (id: string | undefined, call: HandledCall) => {
    const found = secrets.find(({ name, arn }) => id === name || id === arn || arn.startsWith(`${id}-`));
    call.allow(
      `secretsmanager:${call.operation}`,
      found?.arn ?? `arn:aws:secretsmanager:${stack.region}:${stack.accountId}:secret:${id}`,
    );
    if (!found)
      throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    return found;
  };
  const described = ({ name, arn }: { readonly name: string; readonly arn: string }) => ({
    ARN: arn,
    Name: name,
    CreatedDate: new Date(0),
    LastChangedDate: new Date(0),
  });

  const handlers: Handlers<typeof Client> = {
    GetSecretValue({ SecretId }, call) {
      const secret = secretOf(SecretId, call);
      const { name, arn, version } = secret;
      if (version?.text === undefined && version?.binary === undefined)
        throw new AwsError(
          "ResourceNotFoundException",
          "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
        );
      return {
        ARN: arn,
        Name: name,
        VersionId: uuidOf(`${version.text}${version.binary}`),
        ...(version.text === undefined
          ? { SecretBinary: Buffer.from(version.binary ?? "", "base64") }
          : { SecretString: version.text }),
        VersionStages: ["AWSCURRENT"],
        CreatedDate: new Date(0),
      };
    },
    DescribeSecret({ SecretId }, call) {
      const secret = secretOf(SecretId, call);
      return {
        ...described(secret),
        Tags: tagListOf(tagsOf(world, "aws_secretsmanager_secret", "arn", secret.arn)),
      };
    },
    ListSecrets({ NextToken, MaxResults = 100 }, call) {
      call.allow("secretsmanager:ListSecrets", "*");
      const { items, ...next } = pageOf(secrets, NextToken, MaxResults, "InvalidNextTokenException");
      return { SecretList: items.map(described), ...next };
    },
  };
  return { handlers };
}
