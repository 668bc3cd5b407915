/** After what is seen first: loading the rest, and running it, would hold that up. */
async function begin(): Promise<void> {
  for (const link of document.querySelectorAll<HTMLLinkElement>("link[data-rel]"))
    link.rel = link.dataset.rel ?? "";
  await import("./run");
}

requestAnimationFrame(() => setTimeout(begin));
