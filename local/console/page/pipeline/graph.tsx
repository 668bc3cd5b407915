import type { RefObject } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Pipeline } from "../../api";
import { text } from "../text";
import { Edge } from "./edge";
import { place } from "./layout";
import { shortNames } from "./names";
import { Node, NodeFrame } from "./node";

/**
 * Smallest scale of the graph. At a smaller one, text would be unreadable, so the graph scrolls inside its frame
 * instead.
 */
const smallest = 0.8;

interface GraphProps {
  readonly pipeline: Pipeline;
  readonly chosen: string | undefined;
  readonly choose: (id: string) => void;
}

export function Graph(props: GraphProps) {
  const frame = useRef<HTMLElement>(null);
  const width = useWidth(frame);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by the keyboard
    <section class="graph" ref={frame} aria-label={text().pipeline.graph} tabIndex={0}>
      {width > 0 && <Drawing {...props} frame={frame} width={width} />}
    </section>
  );
}

function Drawing({
  pipeline,
  chosen,
  choose,
  frame,
  width,
}: GraphProps & { frame: RefObject<HTMLElement | null>; width: number }) {
  const direction = width < 720 ? "TB" : "LR";
  const placed = useMemo(() => place(pipeline, direction), [pipeline, direction]);
  const nameOf = useMemo(() => shortNames(pipeline), [pipeline]);
  // When the graph does not fit, it is scrolled so that the producers are in sight; they may be in the middle.
  useLayoutEffect(() => {
    const [first] = placed.boxes.values();
    const { current } = frame;
    if (first && current)
      current.scrollLeft = (first.x + first.width / 2) * smallest - current.clientWidth / 2;
  }, [placed, frame]);
  const scale = Math.min(1.15, Math.max(smallest, width / placed.width));
  return (
    <div
      class="graph-size"
      style={{ width: `${placed.width * scale}px`, height: `${placed.height * scale}px` }}
    >
      <div class="graph-scale" style={{ transform: `scale(${scale})` }}>
        {pipeline.nodes.map((node) => {
          const box = placed.boxes.get(node.id);
          if (box === undefined) return null;
          const Part = placed.frames.has(node.id) ? NodeFrame : Node;
          return (
            <Part
              key={node.id}
              node={node}
              name={nameOf(node)}
              box={box}
              chosen={chosen === node.id}
              choose={() => choose(node.id)}
            />
          );
        })}
        <svg class="edges" width={placed.width} height={placed.height} aria-hidden="true" focusable="false">
          <defs>
            <Arrow id="arrow-plain" />
            <Arrow id="arrow-chosen" />
          </defs>
          {placed.edges.map(({ edge, path, aside }) => {
            const ofChosen = edge.from === chosen || edge.to === chosen;
            if (aside && !ofChosen) return null;
            return (
              <Edge
                key={`${edge.from} ${edge.to} ${edge.kind}`}
                edge={edge}
                path={path()}
                chosen={ofChosen}
              />
            );
          })}
        </svg>
      </div>
    </div>
  );
}

const Arrow = ({ id }: { id: string }) => (
  <marker id={id} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
    <path d="M1,1 L7,4 L1,7" />
  </marker>
);

/** Width of an element. It is measured before the first paint. */
function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return;
    const measure = () => setWidth(current.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
