/**
 * The JSON objects of a line that holds several, `{…}{…}`: Firehose's backup writes records without a newline like
 * that. Each is as it was written; whether it is valid is not looked at.
 *
 * @returns the whole line when it is not made of objects alone.
 */
export function splitObjects(line: string): readonly string[] {
  const objects: string[] = [];
  let depth = 0;
  let start = 0;
  let inText = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at];
    if (inText) {
      if (character === "\\") at++;
      else if (character === '"') inText = false;
    } else if (character === "{") {
      if (depth++ === 0) {
        if (line.slice(start, at).trim() !== "") return [line];
        start = at;
      }
    } else if (depth === 0) continue;
    else if (character === '"') inText = true;
    else if (character === "}" && --depth === 0) {
      objects.push(line.slice(start, at + 1));
      start = at + 1;
    }
  }
  return objects.length > 1 && line.slice(start).trim() === "" ? objects : [line];
}
