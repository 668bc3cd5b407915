import {
  defineCommand,
  endHelpWith,
  flag,
  number,
  oneOf,
  type Reader,
  readFlags,
  UsageError,
  url,
  wholeNumber,
} from "@streaming-data-lake/command";

/** The flags as they are typed. Those with a default are always set. */
interface Flags {
  readonly count: number;
  readonly continuous?: true;
  readonly rate?: number;
  readonly sensors: number;
  readonly seed?: number;
  readonly start?: Date;
  readonly file?: string;
  readonly key?: string;
  readonly time: "now" | "field";
  readonly strict?: true;
  readonly local?: true;
  readonly dir: string;
  readonly stream?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly endpoint?: string;
  readonly aggregate?: true;
  readonly ordered?: true;
  readonly linger: number;
  readonly ttl: number;
  readonly deadline: number;
  readonly spool?: string;
  readonly shardLimits?: "on" | "off";
  readonly dryRun?: true;
  readonly explain?: true;
  readonly json?: true;
  readonly quiet?: true;
}

const time: Reader<Date> = (name, text) => {
  const value = /^\d{4}-\d\d-\d\d/.test(text) ? new Date(text) : new Date(Number.NaN);
  if (Number.isNaN(value.getTime()))
    throw new UsageError(`${name} is "${text}"; it must be a time such as 2024-01-15T10:30:00Z`);
  return value;
};

const endpoint: Reader<string> = (name, text) => {
  url("http:", "https:")(name, text);
  return text;
};

/**
 * Defines the command and its flags.
 *
 * @param invocation How the command is called, which its help shows.
 */
export function producerCommand(invocation = "kinesis-producer") {
  const command = defineCommand(
    "producer",
    invocation,
    "Sends 100 simulated sensor readings to the pipeline's Kinesis stream, or the lines of a file.",
  )
    .optionsGroup("Simulated readings:")
    .addOption(flag("--count <n>", "readings to send", wholeNumber(0, 1e12)).default(100))
    .addOption(
      flag("--continuous", "send until Ctrl-C, one a second unless --rate says otherwise").conflicts([
        "count",
        "explain",
      ]),
    )
    .addOption(
      flag("--rate <n>", "readings a second (default: as fast as the stream takes them)", number(0.001, 1e6)),
    )
    .addOption(
      flag("--sensors <n>", "number of simulated sensors, which take turns", wholeNumber(1, 1e6)).default(10),
    )
    .addOption(
      flag(
        "--seed <n>",
        "the same seed gives the same readings; they start at 2024-01-15T10:30:00Z",
        wholeNumber(0, 2 ** 32 - 1),
      ),
    )
    .addOption(
      flag(
        "--start <time>",
        "when the first reading was taken, ISO 8601 (default: so that the last one is now)",
        time,
      ),
    )
    .optionsGroup("Real data:")
    .addOption(
      flag(
        "--file <path>",
        "send the lines of an NDJSON file, plain or gzipped; - reads standard input",
      ).conflicts(["count", "continuous", "sensors", "seed", "start"]),
    )
    .addOption(
      flag(
        "--key <field>",
        "the field that is the partition key (default: sensor_id); with it a line may be any JSON object that has the " +
          "field, without it each must be a sensor reading",
      ),
    )
    .addOption(
      flag(
        "--time <now|field>",
        "set each line's timestamp to now, or leave it as it is",
        oneOf(["now", "field"]),
      ).default("field"),
    )
    .addOption(flag("--strict", "stop at the first bad line instead of skipping it"))
    .optionsGroup("Target (default: the stream of the synthesized stack in cdktf.out):")
    .addOption(
      flag("--local", "the stream of the runner on this machine").conflicts([
        "region",
        "profile",
        "endpoint",
      ]),
    )
    .addOption(flag("--dir <folder>", "the runner's folder, with --local").default(".local"))
    .addOption(flag("--stream <name>", "name of the stream"))
    .addOption(
      flag("--region <region>", "AWS region (default: the stack's, or that of the AWS configuration)"),
    )
    .addOption(flag("--profile <name>", "profile of the AWS configuration"))
    .addOption(
      flag(
        "--endpoint <url>",
        "address of a Kinesis service other than AWS's (default: AWS_ENDPOINT_URL_KINESIS or AWS_ENDPOINT_URL, if set)",
        endpoint,
      ),
    )
    .optionsGroup("Sending:")
    .addOption(
      flag(
        "--aggregate",
        "pack readings into aggregated records (the format of the Kinesis Producer Library)",
      ),
    )
    .addOption(flag("--ordered", "keep the order of each partition key, even when records fail"))
    .addOption(
      flag(
        "--linger <ms>",
        "milliseconds a reading waits for others to share its call",
        wholeNumber(0, 60_000),
      ).default(100),
    )
    .addOption(
      flag(
        "--ttl <seconds>",
        "give up a reading that could not be delivered within this time",
        number(0.001, 1e9),
      ).default(300),
    )
    .addOption(
      flag(
        "--deadline <seconds>",
        "on Ctrl-C or SIGTERM, time to deliver what was taken",
        number(0, 86_400),
      ).default(10),
    )
    .addOption(
      flag(
        "--spool <file>",
        "where readings go that could not be delivered (default: undelivered-<time>.ndjson); --file sends them again",
      ),
    )
    .addOption(
      flag(
        "--shard-limits <on|off>",
        "keep to 1,000 records and 1 MiB per second and shard (default: on, off for http: endpoints)",
        oneOf(["on", "off"]),
      ),
    )
    .optionsGroup("Output:")
    .addOption(flag("--dry-run", "print the records instead of sending them").conflicts("explain"))
    .addOption(
      flag("--explain", "print which partition key goes to which shard, and how evenly; sends nothing"),
    )
    .addOption(flag("--json", "print the summary as JSON"))
    .addOption(flag("--quiet", "no progress"));
  return endHelpWith(
    command,
    "Exit code: 0 when all are delivered; 1 when some are not (bad lines, undelivered readings), or for an error; 2 for a " +
      "mistake in the command line; 130 or 143 when a signal stopped it early and all that it had taken is delivered.",
  );
}

/** Flags that can be used only together with another one. */
const needs = [
  ["key", "file"],
  ["time", "file"],
  ["strict", "file"],
  ["dir", "local"],
] as const;

export type Arguments = ReturnType<typeof argumentsOf>;

/** Checks the flags of a command line that was read, and returns its arguments. @throws UsageError */
export function argumentsOf(command: ReturnType<typeof producerCommand>) {
  const flags = command.opts<Flags>();
  const isGiven = (name: string) => command.getOptionValueSource(name) === "cli";
  for (const [one, other] of needs)
    if (isGiven(one) && !isGiven(other)) throw new UsageError(`--${one} goes with --${other} only`);
  if (flags.spool !== undefined && flags.spool === flags.file)
    throw new UsageError(`--spool and --file are the same file, ${flags.spool}`);
  const { continuous = false, linger, ttl, deadline } = flags;
  return {
    count: continuous ? undefined : flags.count,
    continuous,
    rate: flags.rate,
    sensors: flags.sensors,
    seed: flags.seed,
    start: flags.start,
    file: flags.file,
    key: flags.key,
    time: flags.time,
    strict: flags.strict ?? false,
    local: flags.local ?? false,
    dir: flags.dir,
    stream: flags.stream,
    region: flags.region,
    profile: flags.profile,
    endpoint: flags.endpoint,
    aggregate: flags.aggregate ?? false,
    ordered: flags.ordered ?? false,
    lingerMs: linger,
    timeToLiveMs: 1000 * ttl,
    deadlineMs: 1000 * deadline,
    spool: flags.spool,
    shardLimits: flags.shardLimits,
    dryRun: flags.dryRun ?? false,
    explain: flags.explain ?? false,
    json: flags.json ?? false,
    quiet: flags.quiet ?? false,
  };
}

/** Parses a command line into its arguments. @throws UsageError */
export function parseArguments(argv: readonly string[]): Arguments {
  const command = producerCommand();
  readFlags(command, argv);
  return argumentsOf(command);
}
