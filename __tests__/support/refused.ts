/** Props with one value, which the path leads to, such as `mapping.batchSize`. */
export function propsWith(path: string, value: unknown): object {
  const [name = "", ...bags] = path.split(".").reverse();
  return bags.reduce<object>((props, bag) => ({ [bag]: props }), { [name]: value });
}

/** What is said of a prop's value that breaks a rule. */
export function problemOf(path: string, value: unknown, rule: string): string {
  return `${path} is ${JSON.stringify(value)}: ${rule}`;
}
