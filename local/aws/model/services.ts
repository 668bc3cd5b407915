import type { Member, ModelShape, ModelStructure, Traits } from "./shape";
import { shapeOf } from "./shape";

export type Protocol = "json" | "query" | "rest-json" | "rest-xml" | "cbor";

/** How requests to a service are recognized, and which protocol its API uses. */
export interface ServiceDescription {
  /** Name of the service in IAM's actions and in signatures, such as `athena`. */
  readonly name: string;
  /** Name of the service in error messages, such as `Amazon Athena`. */
  readonly title: string;
  /** Prefix of the operation's name in the header `X-Amz-Target`. */
  readonly target?: string;
  /** Name of the service in paths of Smithy's RPC v2 protocol, which so far only CloudWatch uses. */
  readonly rpcName?: string;
  /** Protocol of requests that do not say which one they use. */
  readonly protocol: Protocol;
  readonly jsonVersion?: "1.0" | "1.1";
  /** XML namespace of the responses. */
  readonly namespace?: string;
  /**
   * Whether a header repeats the error codes of the query protocol, for clients of the service's earlier API.
   *
   * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#awsquerycompatible-trait
   */
  readonly queryCompatible?: true;
  /** Name of the service in a signature's scope, if it differs from `name`. */
  readonly signingName?: string;
  /** Imports the SDK's client, whose schemas serve as the model of the API. */
  readonly load: () => Promise<object>;
}

export interface Operation {
  readonly name: string;
  readonly input: ModelStructure;
  readonly output: ModelShape;
  readonly traits: Traits;
}

/** The model of a service's API, which is read from the SDK's client as needed. */
export class ServiceModel {
  private readonly known = new Map<string, Operation | undefined>();

  constructor(
    readonly service: ServiceDescription,
    private readonly client: Readonly<Record<string, unknown>>,
  ) {}

  static async load(service: ServiceDescription): Promise<ServiceModel> {
    return new ServiceModel(service, (await service.load()) as Record<string, unknown>);
  }

  operation(name: string): Operation | undefined {
    if (!this.known.has(name)) this.known.set(name, this.read(name));
    return this.known.get(name);
  }

  get operations(): readonly Operation[] {
    return Object.keys(this.client)
      .filter((name) => name.endsWith("$") && isOperation(this.client[name]))
      .flatMap((name) => this.operation(name.slice(0, -1)) ?? []);
  }

  /** Traits of the error with the given code. */
  errorTraits(code: string): Traits & { readonly known: boolean } {
    const raw = this.client[`${code}$`];
    if (!Array.isArray(raw) || raw[0] !== -3) return { known: false };
    return { ...(typeof raw[3] === "object" ? (raw[3] as Traits) : {}), known: true };
  }

  private read(name: string): Operation | undefined {
    const raw = this.client[`${name}$`];
    if (!isOperation(raw)) return undefined;
    const [, , , traits, input, output] = raw;
    const shape = shapeOf(input);
    return {
      name,
      traits: (typeof traits === "object" && traits !== null ? traits : {}) as Traits,
      input: shape.kind === "structure" ? shape : nothing,
      output: shapeOf(output),
    };
  }
}

const nothing: ModelStructure = {
  kind: "structure",
  name: "Unit",
  traits: {},
  members: [],
  byName: new Map<string, Member>(),
};

const isOperation = (raw: unknown): raw is readonly unknown[] => Array.isArray(raw) && raw[0] === 9;

const json = (
  name: string,
  title: string,
  target: string,
  load: () => Promise<object>,
  jsonVersion: "1.0" | "1.1" = "1.1",
): ServiceDescription => ({ name, title, target, protocol: "json", jsonVersion, load });

export const services: readonly ServiceDescription[] = [
  {
    name: "s3",
    title: "Amazon S3",
    protocol: "rest-xml",
    namespace: "http://s3.amazonaws.com/doc/2006-03-01/",
    load: () => import("@aws-sdk/client-s3"),
  },
  json("athena", "Amazon Athena", "AmazonAthena", () => import("@aws-sdk/client-athena")),
  json("glue", "AWS Glue", "AWSGlue", () => import("@aws-sdk/client-glue")),
  {
    ...json("sqs", "Amazon SQS", "AmazonSQS", () => import("@aws-sdk/client-sqs"), "1.0"),
    namespace: "http://queue.amazonaws.com/doc/2012-11-05/",
    queryCompatible: true,
  },
  {
    name: "sns",
    title: "Amazon SNS",
    protocol: "query",
    namespace: "http://sns.amazonaws.com/doc/2010-03-31/",
    load: () => import("@aws-sdk/client-sns"),
  },
  {
    name: "sts",
    title: "AWS STS",
    protocol: "query",
    namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    load: () => import("@aws-sdk/client-sts"),
  },
  {
    name: "lambda",
    title: "AWS Lambda",
    protocol: "rest-json",
    load: () => import("@aws-sdk/client-lambda"),
  },
  json("firehose", "Amazon Data Firehose", "Firehose_20150804", () => import("@aws-sdk/client-firehose")),
  {
    ...json(
      "cloudwatch",
      "Amazon CloudWatch",
      "GraniteServiceVersion20100801",
      () => import("@aws-sdk/client-cloudwatch"),
      "1.0",
    ),
    rpcName: "GraniteServiceVersion20100801",
    signingName: "monitoring",
    namespace: "http://monitoring.amazonaws.com/doc/2010-08-01/",
    queryCompatible: true,
  },
  json("logs", "Amazon CloudWatch Logs", "Logs_20140328", () => import("@aws-sdk/client-cloudwatch-logs")),
  {
    name: "scheduler",
    title: "Amazon EventBridge Scheduler",
    protocol: "rest-json",
    load: () => import("@aws-sdk/client-scheduler"),
  },
  json("kms", "AWS KMS", "TrentService", () => import("@aws-sdk/client-kms")),
  json("ssm", "AWS Systems Manager", "AmazonSSM", () => import("@aws-sdk/client-ssm")),
  json(
    "secretsmanager",
    "AWS Secrets Manager",
    "secretsmanager",
    () => import("@aws-sdk/client-secrets-manager"),
  ),
];
