export function LakeView() {
  return <p>…</p>;
}
