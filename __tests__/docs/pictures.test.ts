import { describe, expect, it } from "vitest";
import { withDefaultStack } from "../../scripts/docs/default-stack";
import { sceneOf } from "../../scripts/picture/scene";
import { draw } from "../../scripts/picture/svg";
import { withStackFile } from "../cli/cost/support";
import { synthesizePipeline } from "../support/synthesize";
import { read } from "./support";

const picture = "docs/architecture.svg";

describe("the architecture's picture", () => {
  it("is the one of the stack as it is; if not: npm run picture", () => {
    expect(draw(withDefaultStack(sceneOf))).toBe(read(picture));
  });

  it("changes with the stack", () => {
    const changed = synthesizePipeline({ project: "cold-chain", shardCount: 4, bufferSeconds: 300 });
    const svg = draw(withStackFile(changed, sceneOf));
    for (const text of ["cold-chain-dev-readings", "4 shards", "every 300 s or 64 MiB"])
      expect(svg).toContain(text);
  });
});

describe.each([picture, "docs/terminal.svg"])("%s", (path) => {
  const svg = read(path);

  it("can be read in light and dark, and by those who hear it", () => {
    expect(svg).toContain("prefers-color-scheme: dark");
    expect(svg).toMatch(/<title[ >]/);
  });

  it("loads nothing", () => {
    expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(
      /https?:\/\/(?!127\.0\.0\.1)|@import|<script|<image/,
    );
  });
});
