import type * as Client from "@aws-sdk/client-cloudwatch-logs";
import { logGroupArn, logStreamArn } from "@streaming-data-lake/runner/access/log-groups";
import { AwsError } from "../../protocol/errors";
import type { HandledCall, Handlers } from "../../server/handlers";
import type { World } from "../../world";
import { pageOf } from "../paging";
import type { Service } from "../service";
import { tagsOf } from "../tags";
import { logFilter } from "./filter";
import { type LogEvent, LogStreams } from "./streams";

const mostEvents = 10_000;

/**
 * CloudWatch Logs, for the logs of functions and of clients.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/Welcome.html
 */
export function logs(world: World): Service {
  const { stack } = world;
  const streams = new LogStreams(world);
  const groupArn = (name: string) => `arn:aws:logs:${stack.region}:${stack.accountId}:log-group:${name}`;
  const streamArn = (group: string, name: string) => logStreamArn(stack, group, name);

  const nameOf = (name: string | undefined, identifier?: string): string =>
    name ?? identifier?.replace(/^.*:log-group:/, "").replace(/:\*$/, "") ?? "";
  const groupOf = (group: string, call: HandledCall, arn = logGroupArn(stack, group)): string => {
    call.allow(`logs:${call.operation}`, arn);
    if (!streams.groups().includes(group))
      throw new AwsError("ResourceNotFoundException", "The specified log group does not exist.");
    return group;
  };
  const streamOf = (group: string, stream: string | undefined, call: HandledCall): string => {
    call.allow(`logs:${call.operation}`, streamArn(group, stream ?? ""));
    if (stream === undefined || !streams.groups().includes(group) || !streams.streams(group).includes(stream))
      throw new AwsError("ResourceNotFoundException", "The specified log stream does not exist.");
    return stream;
  };
  const within = (events: readonly LogEvent[], from = 0, to = Number.POSITIVE_INFINITY) =>
    events.filter(({ timestamp }) => timestamp >= from && timestamp <= to);

  const handlers: Handlers<typeof Client> = {
    DescribeLogGroups({ logGroupNamePrefix = "", logGroupNamePattern = "", nextToken, limit = 50 }, call) {
      call.allow("logs:DescribeLogGroups", logGroupArn(stack, ""));
      const all = streams
        .groups()
        .filter((name) => name.startsWith(logGroupNamePrefix) && name.includes(logGroupNamePattern));
      const { items, NextToken } = pageOf(all, nextToken, limit, "InvalidParameterException");
      return {
        logGroups: items.map((name) => ({
          logGroupName: name,
          arn: `${groupArn(name)}:*`,
          logGroupArn: groupArn(name),
          creationTime: 0,
          storedBytes: streams.size(name),
          metricFilterCount: 0,
        })),
        ...(NextToken !== undefined && { nextToken: NextToken }),
      };
    },

    DescribeLogStreams(input, call) {
      const group = groupOf(nameOf(input.logGroupName, input.logGroupIdentifier), call);
      const all = streams.streams(group).filter((name) => name.startsWith(input.logStreamNamePrefix ?? ""));
      const { items, NextToken } = pageOf(
        all,
        input.nextToken,
        input.limit ?? 50,
        "InvalidParameterException",
      );
      return {
        logStreams: items.map((name) => {
          const events = streams.events(group, name);
          return {
            logStreamName: name,
            arn: streamArn(group, name),
            creationTime: events[0]?.timestamp ?? 0,
            firstEventTimestamp: events[0]?.timestamp,
            lastEventTimestamp: events.at(-1)?.timestamp,
            lastIngestionTime: events.at(-1)?.timestamp,
            uploadSequenceToken: "0",
            storedBytes: 0,
          };
        }),
        ...(NextToken !== undefined && { nextToken: NextToken }),
      };
    },

    ListTagsForResource({ resourceArn }, call) {
      const name = nameOf(undefined, resourceArn);
      const group = groupOf(name, call, groupArn(name));
      return { tags: { ...tagsOf(world, "aws_cloudwatch_log_group", "name", group) } };
    },

    CreateLogGroup({ logGroupName = "" }, call) {
      call.allow("logs:CreateLogGroup", logGroupArn(stack, logGroupName));
      if (!/^[\w./#-]{1,512}$/.test(logGroupName)) throw wrongName(logGroupName, "a log group");
      if (streams.groups().includes(logGroupName))
        throw new AwsError("ResourceAlreadyExistsException", "The specified log group already exists");
      streams.createGroup(logGroupName);
      return {};
    },

    CreateLogStream({ logGroupName = "", logStreamName = "" }, call) {
      call.allow("logs:CreateLogStream", streamArn(logGroupName, logStreamName));
      if (!/^[^:*]{1,512}$/.test(logStreamName)) throw wrongName(logStreamName, "a log stream");
      if (!streams.groups().includes(logGroupName))
        throw new AwsError("ResourceNotFoundException", "The specified log group does not exist.");
      if (streams.streams(logGroupName).includes(logStreamName))
        throw new AwsError("ResourceAlreadyExistsException", "The specified log stream already exists");
      streams.createStream(logGroupName, logStreamName);
      return {};
    },

    PutLogEvents({ logGroupName = "", logStreamName, logEvents = [] }, call) {
      const stream = streamOf(logGroupName, logStreamName, call);
      const events = logEvents.map(({ timestamp = 0, message = "" }) => ({ timestamp, message }));
      if (events.some((event, index) => event.timestamp < (events[index - 1]?.timestamp ?? 0)))
        throw new AwsError(
          "InvalidParameterException",
          "Log events in a single PutLogEvents request must be in chronological order.",
        );
      streams.write(logGroupName, stream, events);
      return { nextSequenceToken: "0" };
    },

    GetLogEvents(input, call) {
      const group = nameOf(input.logGroupName, input.logGroupIdentifier);
      const stream = streamOf(group, input.logStreamName, call);
      const { startTime, endTime, nextToken, limit = mostEvents, startFromHead = false } = input;
      const all = within(streams.events(group, stream), startTime, endTime);
      // The token f/N reads forward from event N, and b/N backward. At the end, a page returns the token it was given.
      const [, direction, place] = /^([fb])\/(\d+)$/.exec(nextToken ?? "") ?? [];
      if (nextToken !== undefined && place === undefined)
        throw new AwsError("InvalidParameterException", "The specified nextToken is invalid.");
      const isForward = direction === undefined ? startFromHead : direction === "f";
      const from = isForward
        ? Number(place ?? 0)
        : Math.max(0, Number(place ?? all.length) - Math.min(limit, mostEvents));
      const to = isForward ? from + Math.min(limit, mostEvents) : Number(place ?? all.length);
      return {
        events: all
          .slice(from, to)
          .map(({ timestamp, message }) => ({ timestamp, message, ingestionTime: timestamp })),
        nextForwardToken: `f/${Math.min(to, all.length)}`,
        nextBackwardToken: `b/${from}`,
      };
    },

    FilterLogEvents(input, call) {
      const group = groupOf(nameOf(input.logGroupName, input.logGroupIdentifier), call);
      const {
        startTime,
        endTime,
        nextToken,
        limit = mostEvents,
        logStreamNames,
        logStreamNamePrefix = "",
      } = input;
      const test = logFilter(input.filterPattern);
      const events = streams
        .streams(group)
        .filter((name) => (logStreamNames?.includes(name) ?? true) && name.startsWith(logStreamNamePrefix))
        .flatMap((name) => within(streams.events(group, name), startTime, endTime))
        .filter(({ message }) => test(message))
        .sort((a, b) => a.timestamp - b.timestamp);
      const { items, NextToken } = pageOf(
        events,
        nextToken,
        Math.min(limit, mostEvents),
        "InvalidParameterException",
      );
      return {
        events: items.map(({ timestamp, message, stream, index }) => ({
          logStreamName: stream,
          timestamp,
          message,
          ingestionTime: timestamp,
          eventId: `${timestamp}${String(index).padStart(20, "0")}`,
        })),
        searchedLogStreams: [],
        ...(NextToken !== undefined && { nextToken: NextToken }),
      };
    },
  };
  return { handlers };
}

const wrongName = (name: string, what: string): AwsError =>
  new AwsError("InvalidParameterException", `${name} is not a valid name of ${what}`);
