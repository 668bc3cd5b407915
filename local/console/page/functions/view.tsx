import { useState } from "preact/hooks";
import { Tabs } from "../parts/tabs";
import { text } from "../text";
import { FunctionsPane } from "./functions";
import { Permissions } from "./permissions";
import { QueuesView } from "./queues";

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
        {{ functions: <FunctionsPane />, queues: <QueuesView />, permissions: <Permissions /> }[chosen]}
      </Tabs>
    </div>
  );
}
