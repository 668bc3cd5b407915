import type { Decoded, DecodedReading, Rejected, RejectionReason } from "./decode";

/** A reading older than this when it is processed is late. */
const lateAfterMilliseconds = 24 * 60 * 60 * 1000;
/** A reading from further in the future than this is skewed: its sensor's clock is wrong. */
const clockToleranceMilliseconds = 5_000;
/** Rejections described one by one in a batch; the others are only counted, so that bad data can't flood the log. */
const describedRejections = 100;

/** Where a user record came from. */
export interface Origin {
  readonly sequenceNumber: string;
  /** Position in its KPL aggregate. */
  readonly subSequenceNumber?: number;
  readonly partitionKey: string;
}

export interface Rejection extends Origin, Rejected {}

/** A sensor above the threshold: its hottest reading of the batch, the earliest of equals. */
export interface Alert {
  /** The same for the same reading however often its batch is retried. */
  readonly id: string;
  readonly sensorId: string;
  readonly location: string;
  /** Degrees Celsius. */
  readonly temperature: number;
  /** The threshold it is above; degrees Celsius. */
  readonly threshold: number;
  /** When the reading was taken. */
  readonly timestamp: string;
  /** The sensor's readings above the threshold in the batch. */
  readonly readings: number;
}

/** What came of a batch. `processed` + `rejectedCount` = the user records it held. */
export class BatchOutcome {
  processed = 0;
  rejectedCount = 0;
  late = 0;
  skewed = 0;
  high = 0;
  readonly rejected = new Map<RejectionReason, number>();
  readonly rejections: Rejection[] = [];
  readonly alerts = new Map<string, Alert>();
  readonly highByLocation = new Map<string, number>();
  /** Degrees Celsius, one for each processed reading. */
  readonly temperatures: number[] = [];
  /** Milliseconds from reading to processing, but for skewed readings, whose lag says nothing. */
  readonly lags: number[] = [];

  /** @param threshold degrees Celsius; @param now milliseconds since 1970 */
  constructor(
    private readonly threshold: number,
    private readonly now: number,
  ) {}

  add(decoded: Decoded, origin: Origin): void {
    if ("reading" in decoded) this.accept(decoded);
    else this.reject(decoded, origin);
  }

  private reject({ reason, problems }: Rejected, origin: Origin): void {
    const { sequenceNumber, subSequenceNumber, partitionKey } = origin;
    this.rejectedCount++;
    this.rejected.set(reason, (this.rejected.get(reason) ?? 0) + 1);
    if (this.rejections.length < describedRejections)
      this.rejections.push({ reason, problems, sequenceNumber, subSequenceNumber, partitionKey });
  }

  private accept({ reading, takenAt }: DecodedReading): void {
    this.processed++;
    this.temperatures.push(reading.temperature);
    const lag = this.now - takenAt;
    if (lag < -clockToleranceMilliseconds) this.skewed++;
    else this.lags.push(Math.max(0, lag));
    if (lag > lateAfterMilliseconds) this.late++;
    if (reading.temperature > this.threshold) this.alert(reading);
  }

  private alert(reading: DecodedReading["reading"]): void {
    const { sensor_id: sensorId, location, temperature, timestamp } = reading;
    this.high++;
    this.highByLocation.set(location, (this.highByLocation.get(location) ?? 0) + 1);
    const known = this.alerts.get(sensorId);
    const readings = (known?.readings ?? 0) + 1;
    const { threshold } = this;
    this.alerts.set(
      sensorId,
      known && known.temperature >= temperature
        ? { ...known, readings }
        : { id: `${sensorId}@${timestamp}`, sensorId, location, temperature, threshold, timestamp, readings },
    );
  }
}
