export function SqlView() {
  return <p>…</p>;
}
