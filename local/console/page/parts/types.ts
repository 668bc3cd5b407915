/** Whether a column's type, in the spelling of Trino or Hive, is numeric. */
export const isNumeric = (type: string): boolean =>
  /^(?:tinyint|smallint|int(?:eger)?|bigint|real|float|double|decimal)/i.test(type);

export const isTime = (type: string): boolean => /^(?:timestamp|date)/i.test(type);
