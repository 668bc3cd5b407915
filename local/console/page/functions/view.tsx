import { useState } from "preact/hooks";
import { Tabs } from "../parts/tabs";
import { text } from "../text";
import { Functions } from "./functions";
import { Permissions } from "./permissions";
import { Queues } from "./queues";

export function FunctionsView() {
  const words = text().functions;
  const [chosen, choose] = useState<"functions" | "queues" | "permissions">("functions");
  return (
    <div class="tabbed">
      <Tabs
        label={text().views.functions}
        tabs={[
          { id: "functions", label: words.functions },
          { id: "queues", label: words.queues },
          { id: "permissions", label: words.permissions },
        ]}
        chosen={chosen}
        choose={choose}
      >
        {{ functions: <Functions />, queues: <Queues />, permissions: <Permissions /> }[chosen]}
      </Tabs>
    </div>
  );
}
