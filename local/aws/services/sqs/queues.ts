import { createHash, randomBytes, randomUUID } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { inside } from "@streaming-data-lake/lake/paths";
import { appendLines, replaceFile } from "@streaming-data-lake/runner/files/write";
import { Signal } from "@streaming-data-lake/timing";
import { DeadLetterFile } from "../dead-letters";
import { readJsonLines } from "../json-lines";
import type { Message, MessageAttribute } from "./message";
import { type QueueSettings, type QueueSource, queuesOf } from "./settings";

export interface NewMessage {
  readonly body: string;
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
  readonly sender: string;
  readonly delaySeconds?: number | undefined;
  readonly group?: string | undefined;
  readonly deduplication?: string | undefined;
}

interface Held extends Message {
  visibleAt: number;
  receives: number;
  firstReceived?: number;
  receipt?: string;
}

export interface ReceivedMessage extends Message {
  readonly receipt: string;
  readonly receives: number;
  readonly firstReceived: number;
}

type Line =
  | { readonly queue: string; readonly send: Message }
  | { readonly queue: string; readonly delete: readonly string[] };

/** A message with the same deduplication id within this time is a duplicate. Milliseconds. */
const deduplicated = 300_000;

/**
 * A queue of the stack.
 *
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-basic-architecture.html
 */
export class Queue {
  private readonly messages = new Map<string, Held>();
  private readonly recent = new Map<string, { readonly message: Message; readonly at: number }>();
  private readonly arrivals = new Signal();
  private sequence = 0n;

  constructor(
    readonly settings: QueueSettings,
    private readonly append: (line: Line) => void,
    /** Moves a message that was received too often to the dead-letter queue. @returns whether that queue exists. */
    private readonly redrive: (target: string, message: Message) => boolean,
    /** Adds the dead letters of mappings and schedules that have arrived since the last call. */
    private readonly refresh: () => void,
  ) {}

  restore(message: Message): void {
    this.messages.set(message.id, { ...message, visibleAt: message.sent, receives: 0 });
  }

  forget(ids: readonly string[]): void {
    for (const id of ids) this.messages.delete(id);
  }

  send(given: NewMessage): Message {
    const { isFifo, delaySeconds } = this.settings;
    const now = Date.now();
    const deduplication = isFifo
      ? (given.deduplication ?? createHash("sha256").update(given.body).digest("hex"))
      : undefined;
    const before = deduplication === undefined ? undefined : this.recent.get(deduplication);
    if (before && now - before.at < deduplicated) return before.message;
    const message: Message = {
      id: randomUUID(),
      body: given.body,
      attributes: given.attributes ?? {},
      sender: given.sender,
      sent: now,
      ...(given.group !== undefined && { group: given.group }),
      ...(deduplication !== undefined && { deduplication }),
      ...(isFifo && { sequence: String((BigInt(now) << 20n) + this.sequence++) }),
    };
    this.append({ queue: this.settings.name, send: message });
    if (deduplication !== undefined) this.recent.set(deduplication, { message, at: now });
    this.hold(message, now + 1000 * (given.delaySeconds ?? delaySeconds));
    return message;
  }

  /** Adds a message without writing it to the queues' file. */
  hold(message: Message, visibleAt = message.sent): void {
    this.messages.set(message.id, { ...message, visibleAt, receives: 0 });
    this.arrivals.notify();
  }

  /** Receives messages. When there are none, it waits for some for up to `waitSeconds`. */
  async receive(
    most: number,
    visibilitySeconds: number,
    waitSeconds: number,
    gone: AbortSignal,
  ): Promise<readonly ReceivedMessage[]> {
    const until = Date.now() + waitSeconds * 1000;
    for (;;) {
      this.refresh();
      const taken = this.take(most, visibilitySeconds);
      const now = Date.now();
      if (taken.length > 0 || now >= until || gone.aborted) return taken;
      const next = Math.min(...[...this.messages.values()].map(({ visibleAt }) => visibleAt));
      await this.arrivals.next(Math.max(1, Math.min(until, next, now + 1000) - now), gone);
    }
  }

  private take(most: number, visibilitySeconds: number): ReceivedMessage[] {
    const now = Date.now();
    this.expire(now);
    const taken: ReceivedMessage[] = [];
    const busyGroups = new Set<string>();
    for (const message of this.messages.values()) {
      if (taken.length === most) break;
      const { group } = message;
      // A group's messages are received in order, so a message that is in flight blocks the later ones.
      if (group !== undefined && busyGroups.has(group)) continue;
      if (message.visibleAt > now) {
        if (group !== undefined) busyGroups.add(group);
        continue;
      }
      if (this.isRedriven(message)) continue;
      message.receives += 1;
      message.firstReceived ??= now;
      message.visibleAt = now + visibilitySeconds * 1000;
      message.receipt = `${message.id}.${randomBytes(24).toString("base64url")}`;
      const { visibleAt: _, receipt, firstReceived, ...rest } = message;
      taken.push({ ...rest, receipt, firstReceived });
    }
    return taken;
  }

  /** Moves a message that was received too often to the dead-letter queue. */
  private isRedriven(message: Held): boolean {
    const { redrive } = this.settings;
    if (!redrive || message.receives < redrive.maxReceiveCount) return false;
    if (!this.redrive(redrive.targetArn, message)) return false;
    this.delete([message.id]);
    return true;
  }

  private expire(now: number): void {
    const oldest = now - this.settings.retentionSeconds * 1000;
    const old = [...this.messages.values()].filter(({ sent }) => sent < oldest).map(({ id }) => id);
    if (old.length > 0) this.delete(old);
  }

  /** The message with a receipt handle. @returns undefined when there is no such message, or no longer. */
  byReceipt(receipt: string): Held | undefined {
    return this.messages.get(receipt.slice(0, receipt.indexOf(".")));
  }

  delete(ids: readonly string[]): void {
    this.append({ queue: this.settings.name, delete: ids });
    this.forget(ids);
  }

  purge(): void {
    this.refresh();
    this.delete([...this.messages.keys()]);
  }

  counts(): { readonly visible: number; readonly inFlight: number; readonly delayed: number } {
    this.refresh();
    const now = Date.now();
    this.expire(now);
    const all = [...this.messages.values()];
    const hidden = all.filter(({ visibleAt }) => visibleAt > now);
    const inFlight = hidden.filter(({ receives }) => receives > 0).length;
    return { visible: all.length - hidden.length, inFlight, delayed: hidden.length - inFlight };
  }

  *all(): Generator<Message> {
    yield* this.messages.values();
  }
}

/** The stack's queues. Messages that were sent and not deleted are stored in a file in the run's folder. */
export class Queues {
  private readonly queues: ReadonlyMap<string, Queue>;
  private readonly path: string;
  private readonly letters: DeadLetterFile;
  private readonly deleted = new Set<string>();

  constructor(world: QueueSource & { readonly folder: string; readonly runner: { readonly dir: string } }) {
    this.path = inside(world.folder, "queues.ndjson");
    this.letters = new DeadLetterFile(inside(world.runner.dir, "dead-letters.ndjson"));
    const append = (line: Line) => {
      if ("delete" in line) for (const id of line.delete) this.deleted.add(id);
      appendLines(this.path, `${JSON.stringify(line)}\n`);
    };
    this.queues = new Map(
      queuesOf(world).map((settings) => [
        settings.name,
        new Queue(
          settings,
          append,
          (target, message) => this.redrive(target, message),
          () => this.readLetters(),
        ),
      ]),
    );
    mkdirSync(dirname(this.path), { recursive: true });
    this.restore();
  }

  get names(): readonly string[] {
    return [...this.queues.keys()];
  }

  find(name: string): Queue | undefined {
    return this.queues.get(name);
  }

  byArn(arn: string): Queue | undefined {
    return [...this.queues.values()].find(({ settings }) => settings.arn === arn);
  }

  private redrive(target: string, message: Message): boolean {
    const queue = this.byArn(target);
    queue?.send({ ...message, delaySeconds: 0 });
    return queue !== undefined;
  }

  /** Adds each new dead letter as a message to its destination queue, unless it has been deleted there. */
  private readLetters(): void {
    for (const { destination, message } of this.letters.read())
      if (!this.deleted.has(message.id)) this.byArn(destination)?.hold(message);
  }

  private restore(): void {
    if (existsSync(this.path)) {
      for (const line of readJsonLines<Line>(this.path)) {
        const queue = this.queues.get(line.queue);
        if ("send" in line) queue?.restore(line.send);
        else {
          queue?.forget(line.delete);
          for (const id of line.delete) this.deleted.add(id);
        }
      }
      this.rewrite();
    }
    this.readLetters();
  }

  /**
   * Rewrites the file without deleted messages. The ids of deleted dead letters are kept, so that they do not come
   * back.
   */
  private rewrite(): void {
    const remaining = [...this.queues.values()].flatMap((queue) => [
      ...[...queue.all()].map((message) => ({ queue: queue.settings.name, send: message })),
    ]);
    const letters = [...this.deleted].filter((id) => this.letters.isLetter(id));
    const gone = letters.length === 0 ? [] : [{ queue: "", delete: letters }];
    replaceFile(this.path, [...remaining, ...gone].map((line) => `${JSON.stringify(line)}\n`).join(""));
  }
}
