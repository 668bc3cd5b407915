import type { Member, Shape, StructureShape, Traits } from "./shape";
import { shapeOf } from "./shape";

export type Protocol = "json" | "query" | "rest-json" | "rest-xml" | "cbor";

/** What tells a service apart from the others, and what its API is written in. */
export interface ServiceDescription {
  /** As IAM's actions and signatures name it, such as `athena`. */
  readonly name: string;
  /** As error texts name it, such as `Amazon Athena`. */
  readonly title: string;
  /** Of `X-Amz-Target`. */
  readonly target?: string;
  /** Of RPC v2's paths; CloudWatch alone speaks it yet. */
  readonly rpcName?: string;
  /** The one that is spoken where the request does not say. */
  readonly protocol: Protocol;
  readonly jsonVersion?: "1.0" | "1.1";
  /** Of XML. */
  readonly namespace?: string;
  /** Errors have codes of the query protocol in a header: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#awsquerycompatible-trait */
  readonly queryCompatible?: true;
  /** Where a signature's scope names the service otherwise. */
  readonly signingName?: string;
  /** The SDK's client, whose schemas are the API's model. */
  readonly load: () => Promise<object>;
}

export interface Operation {
  readonly name: string;
  readonly input: StructureShape;
  readonly output: Shape;
  readonly traits: Traits;
}

/** A service whose model is read. */
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

  /** Of an error by its code. */
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

const nothing: StructureShape = {
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
