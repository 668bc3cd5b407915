/** A share of a limit as a bar, with its text beside it. */
export function Meter({ share, label, value }: { share: number; label: string; value: string }) {
  const percent = Math.min(100, Math.max(0, share * 100));
  return (
    <div class="meter">
      <div class={`meter-bar${share >= 0.9 ? " high" : ""}`} aria-hidden="true">
        <div style={{ width: `${percent}%` }} />
      </div>
      <span>
        <span class="hidden">{label}: </span>
        {value}
      </span>
    </div>
  );
}
