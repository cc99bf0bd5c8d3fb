/* Runs where the article begins, before the page is painted: marks the places in the table of contents,
   which is there already, and fills in the values that the reader had last, which state.mjs keeps with
   the names of those that are still examples. The places in the text are filled as the parser reaches them. */
function showEarlier() {
  const { liveHeadings } = document.currentScript.dataset;
  let shown, examples;
  try {
    const styles = [...document.querySelectorAll("link")].filter(({ href }) => /\/live(\.min)?\.css/.test(href));
    const keys = styles.flatMap(({ href }) => ["live.js", "live.min.js"].map((name) => `live:${new URL(name, href).pathname}`));
    ({ shown, examples } = JSON.parse(keys.map((key) => sessionStorage.getItem(key) ?? localStorage.getItem(key)).find(Boolean)));
  } catch {}
  const read = (name) => (shown && Object.hasOwn(shown, name) ? String(shown[name]) : undefined);
  for (const [id, template] of Object.entries(JSON.parse(liveHeadings ?? "{}"))) {
    const { hash } = new URL(`#${id}`, location);
    for (const link of document.querySelectorAll(".md-nav a[href]")) {
      const leaf = link.querySelector(".md-ellipsis") ?? link;
      if (link.hash !== hash || leaf.firstElementChild) continue;
      leaf.dataset.liveText = template;
      const text = template.replace(/\{([^{}]+)\}/g, (field, name) => read(name) ?? field);
      if (!/[{}]/.test(text)) leaf.textContent = text;
    }
  }
  if (!shown) return;
  const exampleNames = String(examples).split(",");
  let last = 0;
  const fill = () => {
    if (document.querySelector(".live > details")) return; // live.js has the last word
    const nodes = document.querySelectorAll("[data-live]");
    for (let at = last; at < nodes.length; last = at++) {
      const text = read(nodes[at].dataset.live);
      const { firstChild } = nodes[at];
      if (text === undefined) continue;
      if (firstChild?.data && firstChild.data !== text) firstChild.data = text;
      nodes[at].classList.toggle("live-example", exampleNames.includes(nodes[at].dataset.live));
    }
  };
  fill();
  if (document.readyState !== "loading") return;
  const observer = new MutationObserver(fill);
  observer.observe(document, { childList: true, subtree: true });
  const end = () => {
    fill();
    observer.disconnect();
  };
  document.addEventListener("readystatechange", end, { once: true });
}

showEarlier();
