import { fileName, inside } from "@streaming-data-lake/lake/paths";
import type { DeliveryStream, S3Destination } from "@streaming-data-lake/terraform/types";
import { AccessDenied } from "../access/control";
import { appendLines } from "../files/write";
import { plural } from "../format";

/** An error of a delivery, with Firehose's code for it. */
export interface DeliveryError {
  /** Firehose's error code; absent when Firehose documents none. */
  readonly errorCode?: string;
  readonly message: string;
}

/** https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html */
export function accessDenied(error: AccessDenied): DeliveryError {
  const isTable = error.call.action.startsWith("glue:");
  return {
    ...(!isTable && { errorCode: "S3.AccessDenied" }),
    message: `Access was denied. ${error.message}`,
  };
}

/** Records that went to the error prefix, grouped by Firehose's error code. */
export class FailedRecords {
  private readonly byCode = new Map<string, { records: number; readonly message: string }>();

  /** @param message Why the records failed. */
  add(errorCode: string, message: string, records = 1): void {
    const known = this.byCode.get(errorCode);
    if (known) known.records += records;
    else this.byCode.set(errorCode, { records, message });
  }

  /** One error for each code, with the message for the first record that failed with it. */
  get errors(): DeliveryError[] {
    return Array.from(this.byCode, ([errorCode, { records, message }]) => ({
      errorCode,
      message: `${plural(records, "record")} went to the error prefix: ${message}`,
    }));
  }
}

export interface ErrorLogOptions {
  readonly delivery: DeliveryStream;
  readonly destination: S3Destination;
  /** The runner's folder. */
  readonly dir: string;
  /** Called before each line to check that it may be written. */
  readonly authorize: () => void;
  readonly onTrouble: (message: string) => void;
}

/**
 * A destination's error log. It is written to `logs/<log stream>.log` of the delivery stream, with one JSON object per
 * line in Firehose's format. Nothing is written when the stack enables no log.
 */
export class ErrorLog {
  private isSilent = false;

  constructor(private readonly options: ErrorLogOptions) {}

  write(error: DeliveryError): void {
    const { authorize, delivery, destination, dir, onTrouble } = this.options;
    const { log } = destination;
    if (!log || this.isSilent) return;
    try {
      authorize();
      const path = inside(dir, "logs", `${fileName(`${delivery.name}-${log.stream}`)}.log`);
      const line = {
        timestamp: new Date().toISOString(),
        deliveryStreamARN: delivery.arn,
        destination: `arn:aws:s3:::${destination.bucket}`,
        ...error,
      };
      appendLines(path, `${JSON.stringify(line)}\n`);
    } catch (failure) {
      // Firehose delivers records even if it cannot write its log.
      this.isSilent = failure instanceof AccessDenied;
      onTrouble(`${delivery.name} has no log of errors: ${(failure as Error).message}`);
    }
  }
}
