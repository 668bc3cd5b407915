import { expect, it } from "vitest";
import { decide } from "../../../local/iam/index";
import { addUsage, readUsage } from "../../../local/runner/access/usage-file";
import { request } from "../../iam/support";
import { temporaryFolder } from "../../support/folders";

it("saves everything that decides a call, including its session's tags and policies", () => {
  const call = {
    caller: {
      roleArn: "arn:aws:iam::000000000000:role/r",
      session: "s",
      policies: ["{}"],
      context: { "aws:PrincipalTag/team": "lake" },
    },
    action: "s3:ListBucket",
    resource: "arn:aws:s3:::b",
    context: { "s3:prefix": "a/", "aws:CalledVia": ["athena.amazonaws.com"] },
  };
  const folder = temporaryFolder();
  const decision = decide(request(), { identity: [] });
  addUsage(folder, [{ call, decision, times: 2 }]);
  addUsage(folder, [{ call, decision, times: 3 }]);
  expect(readUsage(folder)).toEqual([{ call, times: 5 }]);
});
