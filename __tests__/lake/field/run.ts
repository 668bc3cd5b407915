import { askSession, saysTheSame, sessions } from "./sessions";

/** `npx tsx __tests__/lake/field/run.ts [REGEX]`: runs the sessions whose ids match, and tells which statements are not right. */
const main = async (): Promise<void> => {
  const only = new RegExp(process.argv[2] ?? "");
  let right = 0;
  let all = 0;
  for (const session of sessions()) {
    if (!only.test(session.id)) continue;
    for (const asked of await askSession(session)) {
      all++;
      if (asked.right) right++;
      if (asked.right && saysTheSame(asked)) continue;
      console.log(`${asked.right ? "WORDS" : "WRONG"} ${asked.session} ${asked.kind}: ${asked.sql}`);
      console.log(`  expected ${JSON.stringify(asked.expected).slice(0, 500)}`);
      console.log(`  got      ${JSON.stringify(asked.ours).slice(0, 500)}`);
    }
  }
  console.log(`${right} of ${all} right`);
};

void main();
