import { parseArgs } from "node:util";

/** What the user did wrong, in one line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const help = `Usage: kinesis-producer [options]

Sends 100 simulated sensor readings to the pipeline's Kinesis stream, or the lines of a file.

Simulated readings
  --count N          readings to send (default 100)
  --continuous       send until Ctrl-C, one a second unless --rate says otherwise
  --rate N           readings a second (default: as fast as the stream takes them)
  --sensors N        sensors that take turns (default 10)
  --seed N           the same seed gives the same readings; they start at 2024-01-15T10:30:00Z
  --start TIME       when the first reading was taken, ISO 8601 (default: so that the last one is now)

Real data
  --file PATH        send the lines of an NDJSON file, plain or gzipped; - reads standard input
  --key FIELD        the field that is the partition key (default sensor_id); with it a line may be any JSON
                     object that has the field, without it each must be a sensor reading
  --time now|field   set each line's timestamp to now, or leave it as it is (default field)
  --strict           stop at the first bad line instead of skipping it

Target (default: the stream of the synthesized stack in cdktf.out)
  --local            the stream of the runner on this machine
  --dir DIR          the runner's folder, with --local (default .local)
  --stream NAME      name of the stream
  --region REGION    AWS region (default: the stack's, or that of the AWS configuration)
  --profile NAME     profile of the AWS configuration
  --endpoint URL     address of a Kinesis service other than AWS's (default: AWS_ENDPOINT_URL_KINESIS or
                     AWS_ENDPOINT_URL, if set)

Sending
  --aggregate        pack readings into aggregated records (the format of the Kinesis Producer Library)
  --ordered          keep the order of each partition key, even when records fail
  --linger MS        milliseconds a reading waits for others to share its call (default 100)
  --ttl SECONDS      give up a reading that could not be delivered within this time (default 300)
  --deadline SECONDS on Ctrl-C or SIGTERM, time to deliver what was taken (default 10)
  --spool FILE       where readings go that could not be delivered (default undelivered-<time>.ndjson);
                     --file sends them again
  --shard-limits on|off
                     keep to 1,000 records and 1 MiB per second and shard (default on, off for http: endpoints)

Output
  --dry-run          print the records instead of sending them
  --explain          print which partition key goes to which shard, and how evenly; sends nothing
  --json             print the summary as JSON
  --quiet            no progress
  --help             this text

Exit code: 0 all delivered, 1 some were not (bad lines, undelivered readings) or an error, 2 a mistake in the
options; 130 or 143 when a signal stopped it before its end and all it had taken was delivered.
`;

const options = {
  count: { type: "string" },
  continuous: { type: "boolean" },
  rate: { type: "string" },
  sensors: { type: "string" },
  seed: { type: "string" },
  start: { type: "string" },
  file: { type: "string" },
  key: { type: "string" },
  time: { type: "string" },
  strict: { type: "boolean" },
  local: { type: "boolean" },
  dir: { type: "string" },
  stream: { type: "string" },
  region: { type: "string" },
  profile: { type: "string" },
  endpoint: { type: "string" },
  aggregate: { type: "boolean" },
  ordered: { type: "boolean" },
  linger: { type: "string" },
  ttl: { type: "string" },
  deadline: { type: "string" },
  spool: { type: "string" },
  "shard-limits": { type: "string" },
  "dry-run": { type: "boolean" },
  explain: { type: "boolean" },
  json: { type: "boolean" },
  quiet: { type: "boolean" },
  help: { type: "boolean" },
} as const;

/** Option that has no meaning with another. */
const conflicts: readonly (readonly [keyof typeof options, keyof typeof options])[] = [
  ["count", "continuous"],
  ...(["count", "continuous", "sensors", "seed", "start"] as const).map((name) => ["file", name] as const),
  ["local", "region"],
  ["local", "profile"],
  ["local", "endpoint"],
  ["dry-run", "explain"],
  ["continuous", "explain"],
];
/** Option that has a meaning only with another. */
const needs: readonly (readonly [keyof typeof options, keyof typeof options])[] = [
  ["key", "file"],
  ["time", "file"],
  ["strict", "file"],
  ["dir", "local"],
];

export type Arguments = ReturnType<typeof parseArguments>;

/** @throws UsageError */
export function parseArguments(argv: readonly string[]) {
  const values = parse(argv);
  const given = (name: keyof typeof options) => values[name] !== undefined;
  for (const [one, other] of conflicts)
    if (given(one) && given(other)) throw new UsageError(`--${one} and --${other} exclude each other`);
  for (const [one, other] of needs)
    if (given(one) && !given(other)) throw new UsageError(`--${one} goes with --${other} only`);
  if (values.spool !== undefined && values.spool === values.file)
    throw new UsageError(`--spool and --file are the same file, ${values.spool}`);
  return {
    help: values.help ?? false,
    count: values.continuous ? undefined : whole("count", values.count ?? "100", 0, 1e12),
    continuous: values.continuous ?? false,
    rate: values.rate === undefined ? undefined : number("rate", values.rate, 0.001, 1e6),
    sensors: whole("sensors", values.sensors ?? "10", 1, 1e6),
    seed: values.seed === undefined ? undefined : whole("seed", values.seed, 0, 2 ** 32 - 1),
    start: values.start === undefined ? undefined : time("start", values.start),
    file: values.file,
    key: values.key,
    time: oneOf("time", values.time ?? "field", ["now", "field"]),
    strict: values.strict ?? false,
    local: values.local ?? false,
    dir: values.dir ?? ".local",
    stream: values.stream,
    region: values.region,
    profile: values.profile,
    endpoint: values.endpoint === undefined ? undefined : url("endpoint", values.endpoint),
    aggregate: values.aggregate ?? false,
    ordered: values.ordered ?? false,
    lingerMs: whole("linger", values.linger ?? "100", 0, 60_000),
    timeToLiveMs: 1000 * number("ttl", values.ttl ?? "300", 0.001, 1e9),
    deadlineMs: 1000 * number("deadline", values.deadline ?? "10", 0, 86_400),
    spool: values.spool,
    shardLimits: values["shard-limits"] && oneOf("shard-limits", values["shard-limits"], ["on", "off"]),
    dryRun: values["dry-run"] ?? false,
    explain: values.explain ?? false,
    json: values.json ?? false,
    quiet: values.quiet ?? false,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    // The first sentence says what is wrong; what follows is advice about positional arguments.
    throw new UsageError((error as Error).message.split(/\.\s/)[0] ?? "");
  }
}

function number(name: string, text: string, least: number, most: number): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!(value >= least && value <= most))
    throw new UsageError(`--${name} is "${text}"; it must be a number from ${least} to ${most}`);
  return value;
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw new UsageError(`--${name} is "${text}"; it must be a whole number from ${least} to ${most}`);
  return value;
}

function oneOf<const T extends string>(name: string, text: string, choices: readonly T[]): T {
  const choice = choices.find((one) => one === text);
  if (choice === undefined)
    throw new UsageError(`--${name} is "${text}"; it must be ${choices.join(" or ")}`);
  return choice;
}

function time(name: string, text: string): Date {
  const value = /^\d{4}-\d\d-\d\d/.test(text) ? new Date(text) : new Date(Number.NaN);
  if (Number.isNaN(value.getTime()))
    throw new UsageError(`--${name} is "${text}"; it must be a time such as 2024-01-15T10:30:00Z`);
  return value;
}

function url(name: string, text: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text))
    throw new UsageError(`--${name} is "${text}"; it must be an address such as http://127.0.0.1:4567`);
  return text;
}
