import type { KinesisContext } from "../context";
import { invalidArgument } from "../protocol/errors";
import type { Input, Output } from "../protocol/model";

const day = 86_400_000;
/** A commitment cannot be disabled within this time. Milliseconds. */
const shortestCommitment = 24 * 3_600_000;

/** Reports the account's billing commitment. As with AWS, the commitment is required for warm throughput. */
export function describeAccountSettings(kinesis: KinesisContext): Output<"DescribeAccountSettings"> {
  return settings(kinesis);
}

export function updateAccountSettings(
  kinesis: KinesisContext,
  input: Input<"UpdateAccountSettings">,
): Output<"UpdateAccountSettings"> {
  const { Status: wanted } = input.MinimumThroughputBillingCommitment;
  const { commitment } = kinesis.store.account;
  const now = kinesis.clock.now();
  if (wanted !== (commitment?.status ?? "DISABLED")) {
    const { startedAt = now } = commitment ?? {};
    if (wanted === "DISABLED" && now < startedAt + shortestCommitment)
      throw invalidArgument(
        `MinimumThroughputBillingCommitment can be disabled ${shortestCommitment / day} day after it was enabled.`,
      );
    kinesis.store.saveAccount({
      commitment:
        wanted === "ENABLED"
          ? { status: wanted, startedAt: now }
          : { status: wanted, startedAt, endedAt: now },
    });
  }
  return settings(kinesis);
}

function settings(kinesis: KinesisContext): Output<"DescribeAccountSettings"> {
  const { status = "DISABLED", startedAt, endedAt } = kinesis.store.account.commitment ?? {};
  return {
    MinimumThroughputBillingCommitment: {
      Status: status,
      StartedAt: startedAt,
      EndedAt: endedAt,
      EarliestAllowedEndAt:
        status === "ENABLED" && startedAt !== undefined ? startedAt + shortestCommitment : undefined,
    },
  };
}
