/* What a reader sees of a page: its tabs, and its steps with what is in each, from top to bottom.
   Only what both site generators write into every page is known here. */
(runnable) => {
  const article = document.querySelector("article") ?? document.body;
  const all = (selector, root = article) => [...root.querySelectorAll(selector)];
  const isVisible = (node) => node.checkVisibility({ visibilityProperty: true });
  const text = (node) => node?.textContent.replace(/\s+/g, " ").trim() ?? "";

  const language = (block) => {
    const named = [block, ...all("code", block)].flatMap((node) => [...node.classList]);
    return named.find((name) => name.startsWith("language-"))?.slice(9) ?? "";
  };
  const blocks = (root) => all(".highlight", root).filter((node) => !node.parentElement.closest(".highlight"));
  const isRun = (block) => runnable.includes(language(block));
  const isOnRoute = (block) => !["", "text", "txt"].includes(language(block)) && !block.matches(".live-exempt");
  const number = (node, kind) => (node.dataset.robot = `${kind}-${all(`[data-robot^="${kind}-"]`).length + 1}`);
  const name = (node, kind) => node.dataset.robot ?? number(node, kind);

  const groups = all(".tabbed-set").filter(isVisible).map((group) => {
    const labels = all(":scope > .tabbed-labels > label", group);
    const tabs = all(":scope > .tabbed-content > .tabbed-block", group);
    return labels.map((label, at) => ({
      id: name(label, "tab"),
      label: text(label),
      runs: blocks(tabs[at]).some(isOnRoute),
      chosen: document.getElementById(label.htmlFor)?.checked ?? false,
    }));
  });

  const steps = [{ title: "", anchor: "", items: [] }];
  for (const node of all("h2, .highlight, a[href], .live-ask")) {
    if (!isVisible(node)) continue;
    const { items } = steps.at(-1);
    if (node.matches("h2")) {
      const heading = node.cloneNode(true);
      for (const link of heading.querySelectorAll(".headerlink")) link.remove();
      steps.push({ title: text(heading), anchor: node.id, items: [] });
    } else if (node.matches("a")) {
      const file = new URL(node.href).pathname.split("/").at(-1);
      const isFile = /\.(?!html?$)\w+$/.test(file) && text(node) === file;
      if (isFile) items.push({ id: name(node, "link"), does: "download", name: file, url: node.href });
    } else if (node.matches(".live-ask")) {
      items.push({ id: name(node, "ask"), does: "paste", name: "", url: "" });
    } else if (!node.parentElement.closest(".highlight")) {
      const title = text(node.querySelector(".filename"));
      items.push({ id: name(node, "block"), does: isRun(node) ? "run" : "read", name: language(node), url: "", title });
    }
  }
  return { groups, steps };
}
