import { expect, it } from "vitest";
import { printable } from "../../local/console/page/text/printable";

it.each([
  ["what a terminal would obey", "\u001b[31mred\u0007", "\\u001b[31mred\\u0007"],
  ["what turns the direction of the text after it", "\u202Egpj.exe", "\\u202egpj.exe"],
])("the page shows %s by its code", (_, text, shown) => {
  expect(printable(text)).toBe(shown);
});

it("the page leaves lines, tabs, and text of every script as they are", () => {
  const text = "one\n\ttwo\r\nمرحبا שלום é 👩‍👧";
  expect(printable(text)).toBe(text);
});
