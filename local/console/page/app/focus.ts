/**
 * Keeps the keyboard focus in place. When the focused element is removed, the focus moves to the nearest surrounding
 * part of the page that remains and can take it, such as a pane or the view. Browsers would start again at the top of
 * the page.
 */
export function keepFocus(): void {
  let last: { readonly element: Element; readonly around: readonly HTMLElement[] } | undefined;
  addEventListener("focusin", ({ target }) => {
    if (target instanceof Element) last = { element: target, around: focusableAround(target) };
  });
  // A click outside of all controls means that the user wants no focus.
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
