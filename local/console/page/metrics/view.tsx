import { useEffect, useState } from "preact/hooks";
import { route } from "../app/router";
import { Tabs } from "../parts/tabs";
import { text } from "../text";
import { Alarms } from "./alarms";
import { Dashboards } from "./dashboard";
import { FaultsPane } from "./faults";

export function MetricsView() {
  const words = text().metrics;
  const [alarm] = route.value.rest;
  const [chosen, choose] = useState<"dashboard" | "alarms" | "faults">("dashboard");
  useEffect(() => {
    if (alarm !== undefined) choose("alarms");
  }, [alarm]);
  return (
    <div class="tabbed">
      <Tabs
        label={text().views.metrics}
        tabs={[
          { id: "dashboard", label: words.dashboard },
          { id: "alarms", label: words.alarms },
          { id: "faults", label: words.faults },
        ]}
        chosen={chosen}
        choose={choose}
      >
        {{ dashboard: <Dashboards />, alarms: <Alarms named={alarm} />, faults: <FaultsPane /> }[chosen]}
      </Tabs>
    </div>
  );
}
