/** Of a column's type, in Trino's or Hive's words. */
export const isNumeric = (type: string): boolean =>
  /^(?:tinyint|smallint|int(?:eger)?|bigint|real|float|double|decimal)/i.test(type);

export const isTime = (type: string): boolean => /^(?:timestamp|date)/i.test(type);
