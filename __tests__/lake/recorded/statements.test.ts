import { expect, it } from "vitest";
import { type Corpus, FILES, recorded } from "./statements";

it("each recorded statement has an id of its own", () => {
  const ids = (Object.keys(FILES) as Corpus[]).flatMap(recorded).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
