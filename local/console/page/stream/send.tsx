import { useState } from "preact/hooks";
import type { PutResult } from "../../api";
import { postBytes, queryString } from "../app/client";
import { Icon } from "../parts/icon";
import { Pane } from "../parts/pane";
import { ResourceOutcome, useAction } from "../parts/resource";
import { text } from "../text";

export function Send({ stream, example }: { stream: string; example: string | undefined }) {
  const words = text().stream;
  const [partitionKey, setKey] = useState("");
  const [data, setData] = useState<string>();
  const send = useAction(async () => {
    const path = `/streams/${encodeURIComponent(stream)}/records${queryString({ partitionKey })}`;
    const { shard } = await postBytes<PutResult>(path, new Blob([data ?? example ?? ""]));
    return words.sent(shard);
  });
  const submit = (event: Event) => {
    event.preventDefault();
    send.run();
  };
  return (
    <Pane title={words.send}>
      <form class="form" onSubmit={submit}>
        <label class="field">
          <span>{words.partitionKey}</span>
          <input
            type="text"
            required
            value={partitionKey}
            onInput={({ currentTarget }) => setKey(currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>{words.body}</span>
          <textarea
            rows={5}
            required
            spellcheck={false}
            value={data ?? example ?? ""}
            onInput={({ currentTarget }) => setData(currentTarget.value)}
          />
        </label>
        <div class="toolbar">
          <button type="submit" class="primary" aria-disabled={send.busy}>
            <Icon name="send" />
            {words.put}
          </button>
          <ResourceOutcome {...send} />
        </div>
      </form>
    </Pane>
  );
}
