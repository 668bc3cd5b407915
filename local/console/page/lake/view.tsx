import type { BucketState } from "../../api";
import { route } from "../app/router";
import { Empty } from "../parts/empty";
import { Pane } from "../parts/pane";
import { Loaded, useResource } from "../parts/resource";
import { text } from "../text";
import { Folder } from "./folder";
import { ObjectView } from "./object";

export function LakeView() {
  const words = text().lake;
  const buckets = useResource<readonly BucketState[]>("/buckets");
  return (
    <Loaded resource={buckets}>
      {(all) => {
        const [named, key = ""] = route.value.rest;
        const bucket = all.find(({ name }) => name === named) ?? all[0];
        if (bucket === undefined) return <Empty icon="bucket" title={words.noBucket} />;
        const isObject = key !== "" && !key.endsWith("/");
        const prefix = isObject ? key.slice(0, key.lastIndexOf("/") + 1) : key;
        return (
          <div class="split">
            <Folder buckets={all} bucket={bucket.name} prefix={prefix} chosen={key} />
            {isObject ? (
              <ObjectView key={key} bucket={bucket.name} objectKey={key} />
            ) : (
              <Pane title={words.preview}>
                <Empty icon="file" title={words.choose} />
              </Pane>
            )}
          </div>
        );
      }}
    </Loaded>
  );
}
