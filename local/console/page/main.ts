/** Loads and runs the rest of the page after the first screen is painted, because it would delay the painting. */
async function begin(): Promise<void> {
  const links = [...document.querySelectorAll<HTMLLinkElement>("link[data-rel]")];
  const styles = links.filter(({ dataset }) => dataset.rel === "stylesheet").map(settled);
  for (const link of links) link.rel = link.dataset.rel ?? "";
  await Promise.all([import("./app/start"), ...styles]);
  await import("./run");
}

const settled = (link: HTMLLinkElement): Promise<unknown> =>
  new Promise((resolve) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", resolve);
  });

requestAnimationFrame(() => setTimeout(begin));
