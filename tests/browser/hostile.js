/* What the tests of hostile values do inside a page, thousands of times, so it is done there. */
window.hostile = (() => {
  const ADDRESSES = ["href", "src", "action", "formaction", "data", "xlink:href", "srcset"];
  // whose text may change; the last is the theme's, when its search is ready
  const TEXT =
    "[data-live], .md-nav a, .md-nav a .md-ellipsis, .live__now, .live__count, [data-live-asked]," +
    ":is(.live, .live-ask) :is(output, small), .md-search-result__meta";
  // whose attributes may change
  const ATTRIBUTES = {
    href: "[data-live-href]",
    title: "[data-live-title]",
    alt: "[data-live-alt]",
    "aria-label": "[data-live-aria-label]",
    "aria-current": "[data-live-is]",
    "aria-invalid": ":is(.live, .live-ask) input",
    placeholder: ":is(.live, .live-ask) input",
    open: ":is(.live, .live-ask) details",
    class: "[data-live], .live-ask details, .live summary",
    "data-focus-visible-added": ".live summary", // the theme's
  };
  // what the themes lay out in their own time, and where
  const THEMES = {
    class: ":not(article *)",
    hidden: ":not(article *), .tabbed-control",
    style: ":not(article *), .tabbed-set",
    tabindex: ":not(article *), pre code",
  };
  const before = new Map(
    [Object, Array, String, Function, Map, RegExp].map((one) => [one, names(one)]),
  );
  const changes = new MutationObserver(note);
  const seen = new Set(); // changes that no value may bring about
  let plain; // the page before anything hostile came

  function names({ prototype }) {
    return Reflect.ownKeys(prototype).map(String).join();
  }

  /* A node by its tag, the names of its attributes, and the schemes of its addresses. */
  function describe(node) {
    const attributes = node.getAttributeNames().map((name) => {
      if (!ADDRESSES.includes(name)) return name;
      const value = node.getAttribute(name);
      return `${name}=${URL.canParse(value, location) ? new URL(value, location).protocol : value}`;
    });
    const text = `<${[node.localName, ...attributes.sort()].join(" ")}>`;
    const laidOut = node.matches("[data-md-component], .md-sidebar *, .tabbed-set");
    const rest = laidOut ? text.replace(" style", "") : text;
    return node.matches("pre code") ? rest.replace(" tabindex", "") : rest;
  }

  function page() {
    const forms = [...document.querySelectorAll(".live, .live-ask")];
    // the links in the labels of tabs are the theme's, which adds them once all is loaded
    const nodes = [...document.querySelectorAll(":not(.tabbed-labels a)")];
    return nodes.filter((node) => forms.every((form) => node === form || !form.contains(node))).map(describe);
  }

  /* The form shows faults, opens and has the focus, and nothing else of it changes. */
  const form = () =>
    [...document.querySelectorAll(":is(.live, .live-ask) *")].map((node) =>
      describe(node).replace(/ (aria-invalid|class|data-focus-visible-added|open)\b/g, ""),
    );

  /* What the page says for each mark, what the form keeps, and each attribute that follows. */
  function shown() {
    const found = { now: document.querySelector(".live__now").textContent };
    for (const node of document.querySelectorAll("[data-live]"))
      found[node.dataset.live] = node.textContent;
    for (const name of ["href", "title", "alt", "aria-label"])
      [...document.querySelectorAll(`[data-live-${name}]`)].forEach((node, number) => {
        const text = node[name] ?? node.getAttribute(name);
        found[`${name} ${number}`] = text.replace(location.search, ""); // that of a link within the page
      });
    return found;
  }

  function watch(earlier) {
    plain = earlier ?? { page: page(), form: form(), shown: shown() };
    changes.observe(document, {
      attributes: true,
      characterData: true,
      childList: true,
      subtree: true,
    });
    return plain;
  }

  /* Whether an element is one that the form says something with: it has no attribute but its look. */
  const says = (node) =>
    [node, ...node.querySelectorAll("*")].every(
      (one) =>
        /^(p|dl|div|dt|dd|del|ins|strong|button)$/.test(one.localName) &&
        one.getAttributeNames().every((name) => ["class", "type"].includes(name)),
    );

  /* Why a change is none that a value may bring about; empty where it may. */
  function objection({ type, target, attributeName: name, addedNodes, removedNodes }) {
    if (type === "attributes") {
      for (const places of [ATTRIBUTES, THEMES])
        if (Object.hasOwn(places, name) && target.matches(places[name])) return "";
      return `${describe(target)} has ${name}=${target.getAttribute(name)}`;
    }
    const node = type === "characterData" ? target.parentElement : target;
    const maySay = node?.matches(":is(.live, .live-ask) output, .live__offer");
    if (maySay && ![...addedNodes, ...removedNodes].some((one) => one.localName && !says(one))) return "";
    for (const one of [...addedNodes, ...removedNodes])
      if (one.nodeType !== Node.TEXT_NODE) return `${one.nodeName} came or went in ${describe(node)}`;
    return node?.matches(TEXT) ? "" : `the text of ${describe(node ?? target)} changed`;
  }

  function note(records) {
    for (const record of records) {
      const why = objection(record);
      if (why) seen.add(why.slice(0, 300));
    }
  }

  /* What is wrong with the page, where values may have changed or not. */
  function* faults(mayChange) {
    note(changes.takeRecords());
    yield* seen;
    seen.clear();
    for (const link of document.links)
      if (!["http:", "https:", "mailto:"].includes(link.protocol)) yield `a link to ${link.href}`;
    const texts = new Map();
    for (const node of document.querySelectorAll("[data-live]")) {
      const mark = node.dataset.live;
      if (node.children.length) yield `${mark} has an element in it`;
      if (texts.has(mark) && texts.get(mark) !== node.textContent) yield `${mark} has two values`;
      texts.set(mark, node.textContent);
    }
    for (const [one, keys] of before)
      if (names(one) !== keys) yield `${one.name}.prototype is not what it was`;
    const values = shown();
    if (!mayChange)
      for (const mark of Object.keys(plain.shown))
        if (values[mark] !== plain.shown[mark]) yield `${mark} is ${values[mark]?.slice(0, 200)}`;
  }

  /* How the page is another than the plain one, node by node. */
  function* differences() {
    const now = page();
    if (now.join() !== plain.page.join()) {
      const at = now.findIndex((one, index) => one !== plain.page[index]);
      yield `the page has ${now[at]} where it had ${plain.page[at]}`;
    }
    for (const one of new Set(form())) if (!plain.form.includes(one)) yield `the form has ${one}`;
    for (const one of now) if (/ on/.test(one)) yield `${one} has a handler`;
  }

  const field = (label) =>
    [...document.querySelectorAll(".live label")].find((one) => one.textContent === label).control;

  const tell = (node, ...events) => {
    for (const event of events) node.dispatchEvent(new Event(event, { bubbles: true }));
  };

  function paste(text) {
    const output = field("Output");
    output.value = text;
    tell(output, "input", "change");
  }

  /* As from another tab. */
  function store(newValue) {
    const { src } = document.querySelector("script[src$='live.js']");
    const key = `live:${new URL(src).pathname}`;
    localStorage.setItem(key, newValue);
    dispatchEvent(new StorageEvent("storage", { key, newValue }));
    document.querySelector(".live__offer button")?.click(); // whoever trusts a tab uses its values
    localStorage.removeItem(key);
  }

  async function follow(fragment) {
    if (location.hash === `#${fragment}`) return;
    const followed = new Promise((done) => addEventListener("hashchange", done, { once: true }));
    location.hash = fragment;
    await followed;
    document.querySelector(".live__offer button")?.click(); // whoever trusts a link uses its values
  }

  const map = (pack, change) =>
    Object.fromEntries(Object.entries(pack).map(([name, value]) => [name, change(value)]));

  /* How values come in. A pack has them by name; `labels` are the parameters' own. */
  const entrances = {
    async fragment(pack) {
      const [first, ...others] = Object.entries(pack);
      const cut = (value) => // an address has an end
        value.length > 9999 ? value.slice(0, 5000) + value.slice(-5000) : value;
      const pairs = others.map(([name, value]) => [name, cut(value)]);
      await follow(`live?${new URLSearchParams([first, ...pairs])}`);
    },
    async "hand-made fragment"(pack) {
      const named = Object.entries(pack).map((pair) => pair.join("="));
      const parts = [...named, ...Object.values(pack)];
      const giant = parts.some((part) => part.length > 50_000); // an address has an end
      for (const some of giant ? parts.map((part) => [part]) : [parts])
        await follow(`live?${some.join("&")}`);
      history.replaceState(history.state, "", location.pathname);
    },
    async storage(pack) {
      const giant = Object.values(pack).some((value) => value.length > 50_000);
      for (const part of giant ? Object.entries(pack).map((one) => [one]) : [Object.entries(pack)])
        store(JSON.stringify({ values: Object.fromEntries(part), set: part.map(([name]) => name) }));
    },
    async "whole storage"({ stored }) {
      store(stored);
    },
    async paste(pack) {
      paste(JSON.stringify(pack));
      for (const value of new Set(Object.values(pack))) {
        paste(value);
        paste(JSON.stringify(value));
      }
      paste(JSON.stringify([pack]));
      paste(JSON.stringify(map(pack, (value) => [value])));
      paste(JSON.stringify(map(pack, (value) => ({ toString: value }))));
      paste(`{"__proto__": ${JSON.stringify(pack)}}`);
      paste(`{"constructor": {"prototype": ${JSON.stringify(pack)}}}`);
    },
    async typing(pack, labels) {
      for (const [name, value] of Object.entries(pack)) {
        if (!Object.hasOwn(labels, name)) continue; // there is no such field
        field(labels[name]).value = value;
        tell(field(labels[name]), "input", "change");
      }
    },
  };

  /* Sends each pack through one entrance; returns what went wrong, by pack. */
  async function send(entrance, packs, labels) {
    const wrong = [];
    for (const [pack, mayChange] of packs) {
      await entrances[entrance](pack, labels);
      const values = Object.values(pack).map((value) => value.slice(0, 100));
      for (const fault of faults(mayChange)) wrong.push([values, fault]);
      if (mayChange) plain.shown = shown();
    }
    return [...wrong, ...differences()];
  }

  /* What is wrong with a page that has just been loaded. */
  const arrived = (earlier, mayChange) => {
    watch(earlier);
    return [...faults(mayChange), ...differences()];
  };

  return { arrived, faults: (mayChange) => [...faults(mayChange)], paste, send, shown, watch };
})();
