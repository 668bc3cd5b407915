/**
 * Splits a line that holds several JSON objects, `{…}{…}`. Firehose's backup writes records without newlines like that.
 * The objects are returned as they were written, and are not checked for validity.
 *
 * @returns The objects, or the whole line when it does not consist of objects alone.
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
