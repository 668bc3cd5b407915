export function FunctionsView() {
  return <p>…</p>;
}
