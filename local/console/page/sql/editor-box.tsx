import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { ApiError, CatalogTree } from "../../api";
import { text } from "../text";
import { type Editor, openEditor } from "./editor";

/** The editor as a component. It is controlled through `editor`. */
export function EditorBox({
  editor,
  initial,
  changed,
  run,
  catalog,
  problem,
}: {
  editor: RefObject<Editor | undefined>;
  initial: string;
  changed: (text: string) => void;
  run: () => void;
  catalog: CatalogTree | undefined;
  problem: ApiError | undefined;
}) {
  const host = useRef<HTMLDivElement>(null);
  const latest = useRef({ changed, run });
  latest.current = { changed, run };
  const label = text().sql.editor;
  useEffect(() => {
    if (host.current === null) return;
    editor.current = openEditor(host.current, {
      text: initial,
      changed: (now) => latest.current.changed(now),
      run: () => latest.current.run(),
    });
    return () => editor.current?.close();
  }, []);
  useEffect(() => editor.current?.label(label), [editor, label]);
  useEffect(() => {
    if (catalog) editor.current?.learn(catalog);
  }, [editor, catalog]);
  useEffect(() => editor.current?.mark(problem), [editor, problem]);
  return <div class="editor" ref={host} />;
}
