/**
 * Keeps the keyboard's place: when what had the focus is gone, it moves to the nearest part of the page around it that is
 * still there and can take it, a pane or the view. Browsers would begin at the top of the page again.
 */
export function keepFocus(): void {
  let last: { readonly element: Element; readonly around: readonly HTMLElement[] } | undefined;
  addEventListener("focusin", ({ target }) => {
    if (target instanceof Element) last = { element: target, around: focusableAround(target) };
  });
  // Who clicks beside everything wants no focus.
  addEventListener("pointerdown", () => {
    last = undefined;
  });
  const look = () => {
    if (last === undefined || last.element.isConnected || document.activeElement !== document.body) return;
    last.around.find(({ isConnected }) => isConnected)?.focus({ preventScroll: true });
  };
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
}

function focusableAround(element: Element): HTMLElement[] {
  const around: HTMLElement[] = [];
  for (let { parentElement: each } = element; each !== null; each = each.parentElement)
    if (each.hasAttribute("tabindex")) around.push(each);
  return around;
}
