/**
 * Remembers what a function makes of each argument. When it knows as many as it may, it forgets them all: statements
 * have few formats, patterns and paths, unless these come from the rows.
 */
export function cached<Key, Value>(make: (key: Key) => Value, most = 500): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) {
      value = make(key);
      if (known.size >= most) known.clear();
      known.set(key, value);
    }
    return value;
  };
}
