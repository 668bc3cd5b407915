import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { sql } from "@codemirror/lang-sql";
import { bracketMatching } from "@codemirror/language";
import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import type { ApiError, CatalogTree } from "../../api";
import { completedColumns, completedNames } from "./completion";
import { editorTheme } from "./theme";
import { trino } from "./trino";

export interface Editor {
  readonly text: () => string;
  readonly write: (text: string) => void;
  readonly learn: (catalog: CatalogTree) => void;
  readonly label: (text: string) => void;
  /** Marks the word at which the problem is. Removes the mark when there is no problem. */
  readonly mark: (problem: ApiError | undefined) => void;
  readonly focus: () => void;
  readonly close: () => void;
}

/**
 * An editor for SQL. It is in a shadow root, where its styles can be style sheet objects; the page's content security
 * policy would refuse style elements. Tab moves on to the next control, and Ctrl+Space completes.
 */
export function openEditor(
  host: HTMLElement,
  { text, changed, run }: { text: string; changed: (text: string) => void; run: () => void },
): Editor {
  const shadow = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const language = new Compartment();
  const named = new Compartment();
  const running = {
    key: "Mod-Enter",
    run: (view: EditorView) => {
      closeCompletion(view);
      run();
      return true;
    },
  };
  const view = new EditorView({
    parent: shadow,
    root: shadow,
    state: EditorState.create({
      doc: text,
      extensions: [
        Prec.highest(keymap.of([running])),
        lineNumbers(),
        history(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ icons: false }),
        EditorView.lineWrapping,
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap]),
        language.of(sql({ dialect: trino([]), upperCaseKeywords: true })),
        named.of([]),
        editorTheme,
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (docChanged) changed(state.doc.toString());
        }),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    write: (next) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } }),
    learn: (catalog) => {
      const dialect = trino(catalog.functions);
      view.dispatch({
        effects: language.reconfigure([
          sql({ dialect, schema: completedNames(catalog), upperCaseKeywords: true }),
          dialect.language.data.of({ autocomplete: completedColumns(catalog) }),
        ]),
      });
    },
    label: (name) =>
      view.dispatch({ effects: named.reconfigure(EditorView.contentAttributes.of({ "aria-label": name })) }),
    mark: (problem) =>
      view.dispatch(setDiagnostics(view.state, problem ? [diagnosticOf(view.state, problem)] : [])),
    focus: () => view.focus(),
    close: () => view.destroy(),
  };
}

function diagnosticOf({ doc }: EditorState, { message, line = 1, column = 1 }: ApiError): Diagnostic {
  const at = doc.line(Math.min(Math.max(1, line), doc.lines));
  const from = Math.min(at.from + Math.max(0, column - 1), at.to);
  const [word = ""] = /^[\w"]+|^\S/.exec(doc.sliceString(from, at.to)) ?? [];
  return { from, to: from + word.length, severity: "error", message };
}
