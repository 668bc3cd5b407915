const tests = {
  "=": (order: number) => order === 0,
  "<>": (order: number) => order !== 0,
  "<": (order: number) => order < 0,
  "<=": (order: number) => order <= 0,
  ">": (order: number) => order > 0,
  ">=": (order: number) => order >= 0,
};

/** Whether two values compare as an operator says, if the first comes before (< 0), with or after (> 0) the second. */
export const isInOrder = (order: number, operator: keyof typeof tests): boolean => tests[operator](order);
