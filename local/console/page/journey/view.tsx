export function JourneyView() {
  return <p>…</p>;
}
