import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: "var(--code-key)", fontWeight: "500" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null, tags.typeName], color: "var(--code-value)" },
  { tag: [tags.standard(tags.name), tags.function(tags.variableName)], color: "var(--code-value)" },
  { tag: tags.comment, color: "var(--faint)", fontStyle: "italic" },
]);

/** The page's own colours. Custom properties are inherited into the editor's shadow root. */
export const editorTheme = [
  syntaxHighlighting(colours),
  EditorView.theme({
    "&": { height: "100%", color: "var(--text)", backgroundColor: "var(--surface)", fontSize: "12.5px" },
    "&.cm-focused": { outline: "none" },
    ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6" },
    ".cm-content": { caretColor: "var(--accent)", padding: "8px 0" },
    ".cm-cursor": { borderLeftColor: "var(--accent)" },
    ".cm-gutters": { backgroundColor: "transparent", color: "var(--faint)", border: "0", paddingLeft: "6px" },
    ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
    "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": {
      background: "var(--accent-soft) !important",
    },
    ".cm-matchingBracket": { backgroundColor: "var(--accent-soft) !important", outline: "0" },
    ".cm-placeholder": { color: "var(--faint)" },
    ".cm-tooltip": {
      backgroundColor: "var(--raised)",
      border: "1px solid var(--border-strong)",
      borderRadius: "6px",
      boxShadow: "var(--shadow-high)",
    },
    ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "220px" },
    ".cm-tooltip-autocomplete ul li[aria-selected]": {
      background: "var(--accent)",
      color: "var(--on-accent)",
    },
    ".cm-completionDetail": { color: "inherit", opacity: "0.75", fontStyle: "normal" },
    ".cm-lintRange-error": {
      backgroundImage: "none",
      textDecoration: "underline wavy var(--bad) 1px",
      textUnderlineOffset: "3px",
    },
    ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
  }),
];
