import type { Settings } from "@streaming-data-lake/terraform";
import type { Stack } from "@streaming-data-lake/terraform/types";

/**
 * The attributes of a queue.
 *
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
export interface QueueSettings {
  readonly name: string;
  readonly arn: string;
  readonly isFifo: boolean;
  readonly visibilitySeconds: number;
  readonly delaySeconds: number;
  readonly waitSeconds: number;
  readonly retentionSeconds: number;
  readonly maxBytes: number;
  readonly redrive?: { readonly targetArn: string; readonly maxReceiveCount: number };
  readonly policy?: string;
  readonly kmsKey?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Where queues are defined. */
export interface QueueSource {
  readonly stack: Stack;
  readonly resources: (type: string) => readonly Settings[];
}

/** The settings of the stack's queues. */
export function queuesOf({ stack, resources }: QueueSource): QueueSettings[] {
  return stack.access.queues.map(({ name, arn, address }) => {
    const settings = resources("aws_sqs_queue").find((one) => one.address === address);
    const number = (key: string, fallback: number) =>
      known(settings, (one) => one.number(key, fallback), fallback);
    const text = (key: string) => known(settings, (one) => one.text(key), undefined);
    const policy = stack.access.resourcePolicies.find(({ resource }) => resource === arn)?.document;
    const redrive = redriveOf(text("redrive_policy"));
    const kmsKey = text("kms_master_key_id");
    return {
      name,
      arn,
      isFifo: name.endsWith(".fifo"),
      visibilitySeconds: number("visibility_timeout_seconds", 30),
      delaySeconds: number("delay_seconds", 0),
      waitSeconds: number("receive_wait_time_seconds", 0),
      retentionSeconds: number("message_retention_seconds", 345_600),
      maxBytes: number("max_message_size", 1_048_576),
      ...(redrive && { redrive }),
      ...(policy !== undefined && { policy }),
      ...(kmsKey !== undefined && { kmsKey }),
      tags: settings?.knownTags() ?? {},
    };
  });
}

function redriveOf(text: string | undefined): QueueSettings["redrive"] {
  if (text === undefined) return undefined;
  try {
    const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return { targetArn: String(deadLetterTargetArn), maxReceiveCount: Number(maxReceiveCount) };
  } catch {
    return undefined;
  }
}

/** A setting, or the fallback when its value cannot be resolved locally. */
function known<Value>(
  settings: Settings | undefined,
  read: (settings: Settings) => Value,
  fallback: Value,
): Value {
  if (!settings) return fallback;
  try {
    return read(settings) ?? fallback;
  } catch {
    return fallback;
  }
}
