import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import type { World } from "@streaming-data-lake/aws";
import type { BucketState, ObjectDetail, ObjectHead, ObjectPage } from "../api";
import { Refused } from "../server/refused";
import { lifecycleOf } from "./lifecycle";
import type { Previews } from "./preview";

const mostListed = 500;

export class Objects {
  constructor(
    private readonly world: World,
    private readonly previews: Previews,
  ) {}

  buckets(): readonly BucketState[] {
    const { objects, stack } = this.world;
    return objects.buckets().map(({ name }) => ({
      name,
      address: stack.buckets.find((bucket) => bucket.name === name)?.address ?? name,
    }));
  }

  list(bucket: string, prefix: string, after: string): ObjectPage {
    this.check(bucket);
    const folders: string[] = [];
    const objects: ObjectHead[] = [];
    let last = "";
    for (const found of this.world.objects.list(bucket, { prefix, after, delimiter: "/" })) {
      if (folders.length + objects.length === mostListed) return { folders, objects, next: last };
      if ("commonPrefix" in found) {
        folders.push(found.commonPrefix);
        last = found.commonPrefix;
        continue;
      }
      const object = this.world.objects.at(bucket, found.key, found.path);
      last = found.key;
      if (object) objects.push({ key: found.key, bytes: object.size, modified: object.modified.getTime() });
    }
    return { folders, objects };
  }

  async detail(bucket: string, key: string): Promise<ObjectDetail> {
    const { path, size, modified } = this.find(bucket, key);
    const head = { key, bytes: size, modified: modified.getTime() };
    return {
      ...head,
      ...(await this.previews.previewOf(path, size)),
      lifecycle: lifecycleOf(this.world, bucket, head),
    };
  }

  content(
    bucket: string,
    key: string,
  ): { readonly name: string; readonly size: number; readonly body: ReadableStream } {
    const { path, size } = this.find(bucket, key);
    const name = key.slice(key.lastIndexOf("/") + 1);
    return { name, size, body: Readable.toWeb(createReadStream(path)) as ReadableStream };
  }

  private check(bucket: string): void {
    if (!this.world.objects.hasBucket(bucket)) throw new Refused(404, `there is no bucket ${bucket}`);
  }

  private find(bucket: string, key: string) {
    this.check(bucket);
    const found = this.world.objects.find(bucket, key);
    if (!found) throw new Refused(404, `there is no object ${key} in ${bucket}`);
    return found;
  }
}
