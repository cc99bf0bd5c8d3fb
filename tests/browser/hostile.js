/* What the tests of hostile values do inside a page, thousands of times, so it is done there. */
window.hostile = (() => {
  const ADDRESSES = ["href", "src", "action", "formaction", "data", "xlink:href", "srcset"];
  const before = new Map(
    [Object, Array, String, Function, Map, RegExp].map((one) => [one, names(one)]),
  );
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
    const themes = node.matches("[data-md-component], .md-sidebar *, .tabbed-set");
    return themes ? text.replace(" style", "") : text; // which it lays out in its own time
  }

  function page() {
    const form = document.querySelector(".live");
    const nodes = [...document.querySelectorAll("*")];
    return nodes.filter((node) => node === form || !form.contains(node)).map(describe);
  }

  /* The form shows faults and opens, and nothing else of it changes. */
  const form = () =>
    [...document.querySelectorAll(".live *")].map((node) =>
      describe(node).replace(/ (aria-invalid|open)\b/g, ""),
    );

  /* What the page says for each mark, and the addresses and titles that follow values. */
  function shown() {
    const found = {};
    for (const node of document.querySelectorAll("[data-live]"))
      found[node.dataset.live] = node.textContent;
    [...document.querySelectorAll("[data-live-href]")].forEach((node, number) => {
      found[`href ${number}`] = node.href;
    });
    return found;
  }

  function watch(earlier) {
    plain = earlier ?? { page: page(), form: form(), shown: shown() };
    return plain;
  }

  /* What is wrong with the page, where values may have changed or not. */
  function* faults(changes) {
    const now = page();
    if (now.join() !== plain.page.join()) {
      const at = now.findIndex((one, index) => one !== plain.page[index]);
      yield `the page has ${now[at]} where it had ${plain.page[at]}`;
    }
    for (const one of new Set(form())) if (!plain.form.includes(one)) yield `the form has ${one}`;
    for (const one of now) if (/ on/.test(one)) yield `${one} has a handler`;
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
    if (!changes)
      for (const mark of Object.keys(plain.shown))
        if (values[mark] !== plain.shown[mark]) yield `${mark} is ${values[mark]?.slice(0, 200)}`;
  }

  const field = (label) =>
    [...document.querySelectorAll(".live label")].find((one) => one.textContent === label).control;

  const tell = (node, ...events) => {
    for (const event of events) node.dispatchEvent(new Event(event, { bubbles: true }));
  };

  function paste(text) {
    const output = field("Output of a script");
    output.value = text;
    tell(output, "input", "change");
  }

  /* As from another tab. */
  function store(newValue) {
    const { src } = document.querySelector("script[src$='live.js']");
    const key = `live:${new URL(src).pathname}`;
    localStorage.setItem(key, newValue);
    dispatchEvent(new StorageEvent("storage", { key, newValue }));
    localStorage.removeItem(key);
  }

  async function follow(fragment) {
    if (location.hash === `#${fragment}`) return;
    const followed = new Promise((done) => addEventListener("hashchange", done, { once: true }));
    location.hash = fragment;
    await followed;
  }

  /* How a value comes in. `labels` are the parameters' own, by name. */
  const entrances = {
    async fragment(value, labels, keys) {
      const [first, ...others] = [...Object.keys(labels), ...keys];
      const cut = value.length > 9999 ? value.slice(0, 5000) + value.slice(-5000) : value; // an address has an end
      const pairs = others.map((name) => [name, cut]);
      await follow(`live?${new URLSearchParams([[first, value], ...pairs])}`);
    },
    async "hand-made fragment"(value, labels) {
      await follow(`live?${Object.keys(labels)[0]}=${value}`);
      await follow(`live?${value}`);
      history.replaceState(history.state, "", location.pathname);
    },
    async storage(value, labels, keys) {
      const all = [...Object.keys(labels), ...keys];
      for (const names of value.length > 50_000 ? all.map((name) => [name]) : [all])
        store(JSON.stringify(Object.fromEntries(names.map((name) => [name, value]))));
    },
    async "whole storage"(value) {
      store(value);
    },
    async paste(value, labels, keys) {
      const all = [...Object.keys(labels), ...keys];
      const given = Object.fromEntries(all.map((name) => [name, value]));
      paste(JSON.stringify(given));
      paste(value);
      paste(JSON.stringify(value));
      paste(JSON.stringify([given]));
      paste(JSON.stringify(Object.fromEntries(all.map((name) => [name, [value]]))));
      paste(JSON.stringify(Object.fromEntries(all.map((name) => [name, { toString: value }]))));
      paste(`{"__proto__": ${JSON.stringify(given)}}`);
      paste(`{"constructor": {"prototype": ${JSON.stringify(given)}}}`);
    },
    async typing(value, labels) {
      for (const label of Object.values(labels)) {
        field(label).value = value;
        tell(field(label), "input", "change");
      }
    },
  };

  /* Sends every value through one entrance; returns what went wrong, by value. */
  async function send(entrance, values, labels, keys) {
    const wrong = [];
    for (const [value, legal] of values) {
      await entrances[entrance](value, labels, keys);
      for (const fault of faults(legal)) wrong.push([value.slice(0, 200), fault]);
      if (legal && entrance !== "storage") plain.shown = shown(); // what is stored replaces all
    }
    return wrong;
  }

  return { faults: (changes) => [...faults(changes)], paste, send, shown, watch };
})();
