/**
 * A share of many cases of one kind: every `nth` of them, from the first on. The end-to-end suite takes all of them
 * (`WHOLE_SUITES` in vitest.e2e.config.mts), `npm test` a share, for it is to be quick.
 */
export const shareOf = <T>(all: readonly T[], nth: number): readonly T[] =>
  isWhole ? all : all.filter((_, index) => index % nth === 0);

export const isWhole = process.env.WHOLE_SUITES !== undefined;
