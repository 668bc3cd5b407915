import type { Decoded, DecodedReading, Rejected, RejectionReason } from "./decode";

/** Age from which a reading counts as late when it is processed. */
const lateAfterMilliseconds = 24 * 60 * 60 * 1000;
/** A reading that is further in the future than this is skewed, because its sensor's clock is wrong. */
const clockToleranceMilliseconds = 5_000;
/**
 * Most rejections of a batch that are described one by one. Others are only counted, so bad data can't flood the log.
 */
const describedRejections = 100;

/** Where a user record came from. */
export interface Origin {
  readonly sequenceNumber: string;
  /** Position of the record in its KPL aggregate. */
  readonly subSequenceNumber?: number;
  readonly partitionKey: string;
}

export interface Rejection extends Origin, Rejected {}

/**
 * An alert for a sensor above the threshold. It has the sensor's hottest reading of the batch; of equally hot ones, the
 * earliest.
 */
export interface Alert {
  /** Id of the alert. It stays the same for the same reading, however often its batch is retried. */
  readonly id: string;
  readonly sensorId: string;
  readonly location: string;
  /** Temperature of the hottest reading, in degrees Celsius. */
  readonly temperature: number;
  /** The threshold that the temperature exceeds, in degrees Celsius. */
  readonly threshold: number;
  /** When the reading was taken. */
  readonly timestamp: string;
  /** Number of the sensor's readings in the batch that are above the threshold. */
  readonly readings: number;
}

/** The outcome of a batch. `processed` and `rejectedCount` add up to the number of its user records. */
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
  /** Temperatures of the processed readings, in degrees Celsius. */
  readonly temperatures: number[] = [];
  /**
   * Milliseconds from taking each reading to processing it. Skewed readings are left out, as their lag is meaningless.
   */
  readonly lags: number[] = [];

  /** @param threshold Alert threshold in degrees Celsius. @param now Current time in milliseconds since 1970. */
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
