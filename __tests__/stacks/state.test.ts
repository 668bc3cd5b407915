import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { parseSettings } from "../../stacks/settings";
import { forgetOtherDeployment, localStatePath, staleState, stateKey } from "../../stacks/state";
import { temporaryFolder } from "../support/folders";

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

const dev = parseSettings({});
const others = [{ project: "other" }, { environment: "test" }, { region: "eu-west-1" }].map(parseSettings);

describe("a state", () => {
  test("is another one for another project, environment or region", () => {
    const all = [dev, ...others];
    expect(new Set(all.map((settings) => localStatePath("lake", settings))).size).toBe(4);
    expect(new Set(all.map(stateKey)).size).toBe(4);
  });

  test("of the former name is found, and its move is told", () => {
    writeFileSync(join(folder, "terraform.lake.tfstate"), "{}");
    expect(staleState(folder, "lake", dev)).toBe(
      "terraform.lake.tfstate holds the state of a deployment, but each deployment now has a file of its own: if it is the state of sensor-lake dev in us-east-1, run: mv terraform.lake.tfstate terraform.lake.sensor-lake.dev.us-east-1.tfstate",
    );
  });

  test("of the former name does not matter once it is moved, or where the state is in a bucket", () => {
    expect(staleState(folder, "lake", dev)).toBeUndefined();
    writeFileSync(join(folder, "terraform.lake.tfstate"), "{}");
    expect(staleState(folder, "lake", { ...dev, stateBucket: "states" })).toBeUndefined();
    writeFileSync(join(folder, "terraform.lake.sensor-lake.dev.us-east-1.tfstate"), "{}");
    expect(staleState(folder, "lake", dev)).toBeUndefined();
  });
});

describe("a folder that Terraform was initialized in", () => {
  const initialized = (backend: object) => {
    mkdirSync(join(folder, ".terraform"));
    const file = join(folder, ".terraform/terraform.tfstate");
    writeFileSync(file, JSON.stringify({ version: 3, backend }));
    return () => existsSync(file);
  };

  test("is initialized anew for another deployment", () => {
    const remains = initialized({ type: "local", config: { path: localStatePath("lake", dev) } });
    forgetOtherDeployment(folder, "lake", dev);
    expect(remains()).toBe(true);
    forgetOtherDeployment(folder, "lake", { ...dev, environment: "test" });
    expect(remains()).toBe(false);
  });

  test("is initialized anew for another deployment in the bucket", () => {
    const remains = initialized({ type: "s3", config: { key: stateKey(dev) } });
    forgetOtherDeployment(folder, "lake", { ...dev, stateBucket: "states" });
    expect(remains()).toBe(true);
    forgetOtherDeployment(folder, "lake", { ...dev, stateBucket: "states", region: "eu-west-1" });
    expect(remains()).toBe(false);
  });

  test("is left as it is where the state moves to a bucket, so that Terraform moves it", () => {
    const remains = initialized({ type: "local", config: { path: localStatePath("lake", dev) } });
    forgetOtherDeployment(folder, "lake", { ...dev, stateBucket: "states", environment: "test" });
    expect(remains()).toBe(true);
  });

  test("that was never initialized stays so", () => {
    expect(() => forgetOtherDeployment(folder, "lake", dev)).not.toThrow();
  });
});
