import { type CodeBlock, codeBlocks } from "./support";

/**
 * What a guide's fenced blocks are, by the word after `sh` or `text`:
 *
 * - `sh`: commands to run, one after the other; they succeed.
 * - `sh again`: a question to repeat until the answer is as shown.
 * - `sh second-terminal`: runs until `text ctrl-c`; it is ready when it has shown what follows.
 * - `sh once`: has been done in any clone that can run tests.
 * - `sh aws`: runs on AWS.
 * - `sh python`: needs Python with boto3; a suite of its own runs it.
 * - `text`: lines that the commands before show, in this order; see {@link missingLine}.
 * - `text ctrl-c`: what the second terminal shows after Ctrl-C.
 */
const kinds = {
  sh: "run",
  "sh again": "repeat",
  "sh second-terminal": "start",
  "sh once": "once",
  "sh aws": "aws",
  "sh python": "python",
  "text ctrl-c": "stop",
} as const;

export interface Step {
  readonly kind: (typeof kinds)[keyof typeof kinds];
  readonly line: number;
  readonly commands: string;
  /** Lines of output that the guide promises. */
  readonly shown: readonly string[];
}

/**
 * A guide's steps, in order.
 *
 * @throws Error for a block of a kind that is not known.
 */
export function stepsOf(page: string): Step[] {
  const steps: Step[] = [];
  for (const block of codeBlocks(page)) {
    if (block.language === "json") continue;
    const before = block.language === "text" ? steps.pop() : undefined;
    steps.push(before ? { ...before, shown: block.text.split("\n") } : stepOf(block));
  }
  return steps;
}

function stepOf({ page, line, language, text }: CodeBlock): Step {
  if (!isKind(language)) throw new Error(`${page}:${line}: a block of the unknown kind "${language}"`);
  const kind = kinds[language];
  return kind === "stop"
    ? { kind, line, commands: "Ctrl-C", shown: text.split("\n") }
    : { kind, line, commands: text, shown: [] };
}

function isKind(language: string): language is keyof typeof kinds {
  return Object.hasOwn(kinds, language);
}

/** What differs from run to run: dates and times, fractions, numbers of four digits or more, numbers with a unit. */
const measured =
  /\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?)?|\d{1,3}(?:,\d{3})+|\d+\.\d+|\d{4,}|\d+(?= (?:ms|s|kB|MB|KiB|MiB)\b)/g;

function plain(line: string): string {
  return line.replace(measured, "#").replace(/\s+/g, " ").trim();
}

/**
 * The first of the promised lines that an output does not have, each after the one before; other lines may stand
 * between them. `…` stands for anything; blanks and measured numbers may differ.
 */
export function missingLine(shown: readonly string[], output: string): string | undefined {
  const lines = output.split("\n").map(plain);
  let next = 0;
  return shown.find((line) => {
    const parts = plain(line)
      .split("…")
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const pattern = new RegExp(`^${parts.join(".*")}$`);
    const found = lines.findIndex((candidate, index) => index >= next && pattern.test(candidate));
    // A line of its own that stands for others may stand for none.
    if (found >= 0 && line.trim() !== "…") next = found + 1;
    return found < 0 && line.trim() !== "…";
  });
}
