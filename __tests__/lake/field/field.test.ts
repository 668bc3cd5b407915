import { describe, expect, it } from "vitest";
import { askSession, sessions } from "./sessions";

describe("sessions as people run them on Athena, from CREATE EXTERNAL TABLE on", () => {
  for (const session of sessions())
    it(`${session.id}: ${session.about}`, { timeout: 60_000 }, async () => {
      const asked = await askSession(session);
      const wrong = asked.filter(({ right }) => !right);
      expect(wrong.map(({ sql, expected, ours }) => ({ sql, expected, ours }))).toEqual([]);
    });
});
