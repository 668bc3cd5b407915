import { useState } from "preact/hooks";
import { text } from "../text";
import { Icon } from "./icon";

/** A command for the terminal, with a button that copies it. */
export function Command({ text: line }: { text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(line).catch(() => {});
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  };
  return (
    <div class="command">
      <code>{line}</code>
      <button type="button" class="quiet" onClick={copy} aria-label={`${text().shell.copy}: ${line}`}>
        <Icon name={copied ? "check" : "copy"} />
      </button>
    </div>
  );
}
