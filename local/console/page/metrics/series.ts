import { useEffect, useState } from "preact/hooks";
import type { MetricQuery, MetricSeries } from "../../api";
import { post } from "../app/client";
import { connections } from "../app/live";
import { visible } from "../app/visibility";
import type { Series } from "../parts/plot";

const every = 5_000;

/** The values of metrics, read again every five seconds while the page is visible. */
export function useSeries(query: MetricQuery | undefined): readonly MetricSeries[] | undefined {
  const [series, setSeries] = useState<readonly MetricSeries[]>();
  const asked = JSON.stringify(query);
  const epoch = connections.value;
  const isSeen = visible.value;
  useEffect(() => {
    if (asked === undefined || !isSeen) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stopped = false;
    const read = async () => {
      const answer = await post<readonly MetricSeries[]>("/metrics", JSON.parse(asked)).catch(
        () => undefined,
      );
      if (stopped) return;
      if (answer) setSeries(answer);
      timer = setTimeout(read, every);
    };
    read();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [asked, epoch, isSeen]);
  return series;
}

/** All series on one common time axis, in seconds. A series is null where it has no value. */
export function aligned(series: readonly MetricSeries[]): { times: number[]; lines: Series[] } {
  const times = [...new Set(series.flatMap((each) => each.times))].toSorted((one, other) => one - other);
  const lines = series.map(({ label, times: own, values }) => {
    const at = new Map(own.map((time, index) => [time, values[index] ?? null]));
    return { label, values: times.map((time) => at.get(time) ?? null) };
  });
  return { times: times.map((time) => time / 1_000), lines };
}
