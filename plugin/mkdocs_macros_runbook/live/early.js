/* Runs where the form will be, before the page is painted: makes room for it, and fills in the values
   that the reader had last, which state.mjs keeps. The table of contents is there already; the places
   in the text are filled as the parser reaches them. */
(() => {
  const place = document.currentScript.previousElementSibling;
  place.textContent = "\u00a0";
  let shown;
  try {
    const { href } = document.querySelector('link[href*="live.css"]');
    ({ shown } = JSON.parse(localStorage.getItem(`live:${new URL(href).pathname.replace(/css$/, "js")}`)));
  } catch {}
  if (!shown) return;
  const read = (name) => (Object.hasOwn(shown, name) ? String(shown[name]) : undefined);
  for (const [id, template] of Object.entries(JSON.parse(place.dataset.liveHeadings ?? "{}"))) {
    const text = template.replace(/\{([^{}]+)\}/g, (field, name) => read(name) ?? field);
    const { hash } = new URL(`#${id}`, location);
    for (const link of document.querySelectorAll(".md-nav a[href]")) {
      const leaf = link.querySelector(".md-ellipsis") ?? link;
      if (link.hash === hash && !leaf.firstElementChild && !/[{}]/.test(text)) leaf.textContent = text;
    }
  }
  let done = 0;
  const fill = () => {
    const nodes = document.querySelectorAll("[data-live]");
    for (; done < nodes.length; done++) {
      const node = nodes[done];
      let one = node;
      while (one && !one.nextSibling) one = one.parentNode;
      if (!one) return; // the parser is still in it
      const text = read(node.dataset.live);
      if (text !== undefined && node.firstChild) node.firstChild.data = text;
    }
  };
  fill();
  if (document.readyState !== "loading") return;
  const observer = new MutationObserver(fill);
  observer.observe(document, { childList: true, subtree: true });
  addEventListener("DOMContentLoaded", () => observer.disconnect());
})();
