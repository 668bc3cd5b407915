import { check } from "../errors";
import { type Family, plain } from "../implementation";
import { codePoints } from "./codepoints";

/** https://trino.io/docs/current/functions/string.html */
function levenshtein(left: string, right: string): bigint {
  const a = codePoints(left);
  const b = codePoints(right);
  check(a.length * b.length <= 1_000_000, "The combined inputs for Levenshtein distance are too large");
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [row, character] of a.entries()) {
    const current = [row + 1];
    for (const [column, other] of b.entries())
      current.push(
        Math.min(
          (current[column] ?? 0) + 1,
          (previous[column + 1] ?? 0) + 1,
          (previous[column] ?? 0) + (character === other ? 0 : 1),
        ),
      );
    previous = current;
  }
  return BigInt(previous[b.length] ?? 0);
}

function hamming(left: string, right: string): bigint {
  const a = codePoints(left);
  const b = codePoints(right);
  check(a.length === b.length, "The input strings to hamming_distance function must have the same length");
  return BigInt(a.filter((character, index) => character !== b[index]).length);
}

const soundexCodes: Readonly<Record<string, string>> = Object.fromEntries(
  ["BFPV", "CGJKQSXZ", "DT", "L", "MN", "R"].flatMap((letters, index) =>
    letters.split("").map((letter) => [letter, String(index + 1)]),
  ),
);

function soundex(text: string): string {
  const letters = text.toUpperCase().replace(/[^\p{L}]/gu, "");
  const [first] = letters;
  if (first === undefined) return "";
  check(first >= "A" && first <= "Z", `The character is not mapped: ${first}`);
  let code = first;
  let last = soundexCodes[first];
  for (const letter of letters.slice(1)) {
    if (code.length === 4) break;
    check(
      letter >= "A" && letter <= "Z",
      `The character is not mapped: ${letter} (index=${letter.charCodeAt(0) - 65})`,
    );
    const digit = soundexCodes[letter];
    if (digit !== undefined && digit !== last) code += digit;
    if (letter !== "H" && letter !== "W") last = digit;
  }
  return code.padEnd(4, "0");
}

function luhnCheck(text: string): boolean {
  if (text === "") return false;
  check(/^\d+$/.test(text), "Input string must only contain digits");
  const sum = [...text].reverse().reduce((total, character, index) => {
    const digit = Number(character) * (index % 2 === 1 ? 2 : 1);
    return total + (digit > 9 ? digit - 9 : digit);
  }, 0);
  return sum % 10 === 0;
}

export const similarity: Family = {
  hamming_distance: plain(hamming),
  levenshtein_distance: plain(levenshtein),
  luhn_check: plain(luhnCheck),
  soundex: plain(soundex),
};
