export function StreamView() {
  return <p>…</p>;
}
