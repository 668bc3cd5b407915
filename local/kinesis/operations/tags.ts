import type { KinesisContext } from "../context";
import { invalidArgument } from "../protocol/errors";
import type { Input, Output } from "../protocol/model";
import { requireActive, requiredStream } from "./resolve";
import { resourceOf } from "./resource";

type Tags = Readonly<Record<string, string>>;

const mostTags = 50;
const listedTags = 100;
const foreign = /[^\u00C0-\u1FFF\u2C00-\uD7FF\w./\-=+_ @%:]/;

/**
 * @param given Tags of the call.
 * @param all Tags that the resource would have after the call.
 * @throws KinesisError when AWS would refuse the tags.
 */
export function requireTags(given: Tags, all: Tags, failed: (reason: string) => string): void {
  requireCharacters([...Object.keys(given), ...Object.values(given)], failed);
  if (Object.keys(all).length > mostTags)
    throw invalidArgument(
      failed(`a given stream cannot have more than ${mostTags} tags associated with it.`),
    );
}

function requireCharacters(texts: readonly string[], failed: (reason: string) => string): void {
  if (texts.some((text) => foreign.test(text)))
    throw invalidArgument(
      "Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @.",
    );
  if (texts.some((text) => text.includes("%")))
    throw invalidArgument(
      failed(
        "some tags contained illegal characters. The allowed characters are Unicode letters, white-spaces, '_',',','/','=','+','-','@'.",
      ),
    );
}

export function addTagsToStream(kinesis: KinesisContext, input: Input<"AddTagsToStream">): undefined {
  const stream = requiredStream(kinesis, input);
  const tags = { ...stream.state.tags, ...input.Tags };
  requireTags(input.Tags, tags, failedTo("add tags to", kinesis, stream.name));
  stream.save({ tags });
}

export function removeTagsFromStream(
  kinesis: KinesisContext,
  input: Input<"RemoveTagsFromStream">,
): undefined {
  const stream = requiredStream(kinesis, input);
  requireCharacters(input.TagKeys, failedTo("remove tags from", kinesis, stream.name));
  stream.save({ tags: without(stream.state.tags, input.TagKeys) });
}

const failedTo = (what: string, kinesis: KinesisContext, stream: string) => (reason: string) =>
  `Failed to ${what} stream ${stream} under account ${kinesis.accountId} because ${reason}`;

const without = (tags: Tags, keys: readonly string[]): Tags =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));

export function listTagsForStream(
  kinesis: KinesisContext,
  input: Input<"ListTagsForStream">,
): Output<"ListTagsForStream"> {
  const { state } = requiredStream(kinesis, input);
  const { ExclusiveStartTagKey: after, Limit: limit = listedTags } = input;
  const tags = list(state.tags).filter(({ Key }) => after === undefined || Key > after);
  return { Tags: tags.slice(0, limit), HasMoreTags: tags.length > limit };
}

const list = (tags: Tags) =>
  Object.entries(tags)
    .map(([Key, Value]) => ({ Key, Value }))
    .sort((a, b) => (a.Key < b.Key ? -1 : 1));

export function tagResource(kinesis: KinesisContext, input: Input<"TagResource">): undefined {
  const resource = resourceOf(kinesis, input.ResourceARN);
  requireActive(kinesis, resource.stream.state);
  const tags = { ...resource.tags, ...input.Tags };
  requireTags(input.Tags, tags, failedTo("add tags to", kinesis, resource.stream.name));
  resource.save({ tags });
}

export function untagResource(kinesis: KinesisContext, input: Input<"UntagResource">): undefined {
  const resource = resourceOf(kinesis, input.ResourceARN);
  requireActive(kinesis, resource.stream.state);
  requireCharacters(input.TagKeys, failedTo("remove tags from", kinesis, resource.stream.name));
  resource.save({ tags: without(resource.tags, input.TagKeys) });
}

export function listTagsForResource(
  kinesis: KinesisContext,
  input: Input<"ListTagsForResource">,
): Output<"ListTagsForResource"> {
  return { Tags: list(resourceOf(kinesis, input.ResourceARN).tags) };
}
