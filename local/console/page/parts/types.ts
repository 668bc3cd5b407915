/** Whether a column's type, in the spelling of Trino or Hive, is numeric. */
export const isNumericName = (type: string): boolean =>
  /^(?:tinyint|smallint|int(?:eger)?|bigint|real|float|double|decimal)/i.test(type);

export const isTimeName = (type: string): boolean => /^(?:timestamp|date)/i.test(type);
