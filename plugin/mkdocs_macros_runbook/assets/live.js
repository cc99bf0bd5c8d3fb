/* Live values: the reader's own values in place of the publisher's, on every page of the site.
   Pure functions first, what touches the page last. Text and a few attributes are written,
   nothing is asked of any host, and values stay in this browser. */
"use strict";

// What mkdocs.yml declares, as data-live-form has it: {parameters, derived, overrides}.

const FIELD = /\{([A-Za-z_]\w*)(?:\.(\w+)|(\|slug))?\}/g;
const ATTRIBUTES = ["href", "title", "alt", "aria-label"];
const INVISIBLE =
  /[\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u;
const patterns = new Map();

const own = (object, name) => (Object.hasOwn(object, name) ? object[name] : undefined);

/* The name in lower-case ASCII letters, digits and hyphens. */
function slug(text) {
  const plain = text.normalize("NFKD").replace(/[^\0-\x7f]/g, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
}

/* Why a value is refused whatever its parameter; empty where it is not. As value.py has it. */
function objection(text) {
  if (!text) return "is empty";
  if (text.length > 512 || [...text].length > 256) return "has more than 256 characters";
  if (/[^\p{L}\p{M}\p{N} .,:/@%_-]/u.test(text) || INVISIBLE.test(text))
    return "holds a character that could break out of the page or a command";
  if (/^[^\p{L}\p{N}]| $| {2}/u.test(text))
    return "does not begin with a letter or digit, or has a space too many";
  if (/^\p{Nd}+\.( |$)|:[\p{L}\p{N}_+-]+:|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/u.test(text))
    return "reads like markup";
  return "";
}

/* Whether a parameter allows `text`, where valueOf(name) gives the other values. */
function fits(parameter, text, valueOf) {
  if (typeof text !== "string" || objection(text)) return false;
  if (parameter.options) return parameter.options.includes(text);
  const source = parameter.pattern.replace(FIELD, (_, name) =>
    valueOf(name).replace(/[.+*?^$(){}|[\]\\/]/g, "\\$&"),
  );
  if (!patterns.has(source)) patterns.set(source, new RegExp(`^(?:${source})$`, "u"));
  return patterns.get(source).test(text);
}

/* A function from a name to its value where the reader chose `chosen`. What does not fit gives way:
   to the publisher's value, then to the default. Unknown names have no value. */
function resolve(form, chosen) {
  const values = new Map();
  const fill = (_, name, fact, slugged) => {
    const text = valueOf(name);
    if (!fact) return slugged ? slug(text) : text;
    const [common, others] = form.parameters[name].facts[fact];
    return (own(others, text) ?? common).split("{}").join(text);
  };
  function valueOf(name) {
    if (!values.has(name)) {
      const parameter = own(form.parameters, name);
      const given = parameter && [own(chosen, name), own(form.overrides, name)];
      const template = parameter ? parameter.default : own(form.derived, name);
      const found = given?.find((text) => fits(parameter, text, valueOf));
      values.set(name, found ?? template?.replace(FIELD, fill));
    }
    return values.get(name);
  }
  return valueOf;
}

/* What the reader chose once a parameter is `text` (its default again where that is empty) and "";
   or what was chosen before and why that is refused. */
function put(form, chosen, name, text) {
  const parameter = form.parameters[name];
  let next = { ...chosen, [name]: text };
  const holds = (state) => !text || resolve(form, state)(name) === text;
  for (const [, other] of (parameter.pattern ?? "").matchAll(FIELD)) {
    if (holds(next)) break;
    const options = form.parameters[other].options ?? [];
    const option = options.find((one) => holds({ ...next, [other]: one }));
    if (option) next = { ...next, [other]: option }; // an ID that begins with its Region chooses it
  }
  if (!holds(next)) {
    if (parameter.options) return [chosen, `is none of the ${parameter.options.length} known`];
    return [chosen, objection(text) || "does not fit"];
  }
  const valueOf = resolve(form, next);
  for (const [other, { label, help }] of Object.entries(form.parameters)) {
    if (!fits(form.parameters[other], valueOf(other), valueOf))
      return [chosen, `would make ${label} ${valueOf(other)}, which does not fit: ${help}`];
  }
  if (!slug(valueOf(name)) && JSON.stringify(form).includes(`{${name}|slug}`))
    return [chosen, "has neither a letter from A to Z nor a digit"];
  const kept = Object.entries(next).filter(([one, value]) => {
    const others = { ...next, [one]: undefined };
    return value === valueOf(one) && value !== resolve(form, others)(one);
  });
  return [Object.fromEntries(kept), ""];
}

/* What the reader chose once all of `given` is taken that a parameter allows, the names of what was
   taken, and why the rest was not. Other names are left alone. */
function take(form, chosen, given) {
  const refused = {};
  const names = Object.keys(form.parameters).filter((name) => typeof own(given, name) === "string");
  for (const name of [...names, ...names]) { // twice, since one may need what comes after it
    let why;
    [chosen, why] = put(form, chosen, name, given[name].trim());
    refused[name] = why;
  }
  const taken = names.filter((name) => !refused[name]);
  const told = names.filter((name) => refused[name]);
  return [chosen, taken, told.map((name) => `${form.parameters[name].label} ${refused[name]}`)];
}

/* The option that `text` means: itself, or the only one whose code or name has it. */
function option(parameter, text) {
  const { options = [], facts } = parameter;
  if (options.includes(text)) return text;
  const names = facts?.name?.[1] ?? {};
  const wanted = text.toLowerCase();
  const found = options.filter((one) => `${one} ${own(names, one) ?? ""}`.toLowerCase().includes(wanted));
  return found.length === 1 && wanted ? found[0] : text;
}

/* The values that a link carries after #live?, by name. */
function read(hash) {
  return hash.startsWith("#live?") ? Object.fromEntries(new URLSearchParams(hash.slice(6))) : {};
}

/* A template of an attribute with its values in it, as fill(mark) has them. */
const expand = (template, fill) => template.replace(/\{([^{}]+)\}/g, (_, mark) => fill(mark));

/* The href of a link to `url`, which was `href`. Where a link within the site leads is the site
   generator's to say, so its fragment alone follows. Other schemes than these lead nowhere. */
function lead(url, href) {
  if (/^(https?:\/\/|mailto:)/.test(url)) return url;
  const [path, fragment] = [href.split("#")[0], url.split("#")[1]];
  return fragment === undefined ? href : `${path}#${fragment}`;
}

if (typeof module !== "undefined") {
  module.exports = { expand, fits, lead, objection, option, put, read, resolve, slug, take };
}

// From here on, the page.

function wire(script) {
  const key = `live:${new URL(script.src).pathname}`; // sites of one origin keep theirs apart
  let form, chosen, places, fields, now, said;

  const make = (tag, attributes, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  };

  /* Each place of the page that follows a value, with a function that shows a text there. */
  function index() {
    const found = [];
    for (const node of document.querySelectorAll("[data-live]"))
      found.push([`{${node.dataset.live}}`, (text) => (node.textContent = text)]);
    for (const name of ATTRIBUTES)
      for (const node of document.querySelectorAll(`[data-live-${name}]`))
        found.push([
          node.getAttribute(`data-live-${name}`),
          (text) => node.setAttribute(name, name === "href" ? lead(text, node.getAttribute(name)) : text),
        ]);
    for (const node of document.querySelectorAll("[data-live-is]")) {
      const [name, value] = node.dataset.liveIs.split("=");
      found.push([`{${name}}`, (text) => node.setAttribute("aria-current", text === value)]);
    }
    for (const heading of document.querySelectorAll(":is(h1,h2,h3,h4,h5,h6)[id]:has([data-live])")) {
      const copy = heading.cloneNode(true);
      for (const link of copy.querySelectorAll(".headerlink")) link.remove();
      for (const node of copy.querySelectorAll("[data-live]"))
        node.textContent = `{${node.dataset.live}}`;
      for (const link of document.querySelectorAll(".md-nav a[href]")) {
        const leaf = link.querySelector(".md-ellipsis") ?? link;
        if (link.hash === `#${heading.id}` && !leaf.querySelector("[data-live]"))
          found.push([copy.textContent.trim(), (text) => (leaf.textContent = text)]);
      }
    }
    return found;
  }

  function show() {
    const values = new Map();
    const valueOf = resolve(form, chosen);
    const fill = (mark) => {
      if (!values.has(mark)) {
        const [name, query] = mark.split("?");
        const changed = query && { ...chosen, ...Object.fromEntries(new URLSearchParams(query)) };
        values.set(mark, (changed ? resolve(form, changed) : valueOf)(name) ?? `{${mark}}`);
      }
      return values.get(mark);
    };
    for (const place of places) {
      const text = expand(place[0], fill);
      if (place[2] !== text) place[1]((place[2] = text));
    }
    const names = Object.keys(form.parameters);
    now.textContent = names.slice(0, 4).map(valueOf).join(" · ");
    for (const name of names) {
      if (fields[name] !== document.activeElement) fields[name].value = own(chosen, name) ?? "";
      fields[name].placeholder = valueOf(name);
    }
  }

  function say(sentence) {
    said.textContent = sentence;
  }

  function change(state) {
    chosen = state;
    try {
      localStorage.setItem(key, JSON.stringify(chosen));
    } catch {
      // a browser that keeps nothing: the values hold for this page
    }
    show();
  }

  /* Takes what is typed once it fits. Why it does not is said when the field is left. */
  function type(name, text, left) {
    const [state, why] = put(form, chosen, name, text.trim());
    const { label, help } = form.parameters[name];
    const [field, note] = [fields[name], document.getElementById(`live-${name}-help`)];
    if (why && !left && field.ariaInvalid !== "true") return;
    field.setAttribute("aria-invalid", String(Boolean(why)));
    note.textContent = why ? `${why}. ${help}` : help;
    say(why ? `${label} ${why}; it stays ${resolve(form, chosen)(name)}.` : "");
    if (!why) change(state);
  }

  function takeAll(given, source) {
    const [state, taken, refused] = take(form, chosen, given);
    const labels = taken.map((name) => form.parameters[name].label);
    const sentence = labels.length ? `Taken from ${source}: ${labels.join(", ")}.` : `No value taken from ${source}.`;
    if (taken.length) change(state);
    say([sentence, ...refused.map((one) => `Refused: ${one}.`)].join(" "));
  }

  /* What a script printed: one JSON object. */
  function paste(text) {
    let given;
    try {
      given = JSON.parse(text);
    } catch {
      // said below
    }
    if (given?.constructor === Object) takeAll(given, "the output");
    else say("That is not the output of a script, which is one JSON object in braces.");
  }

  function build(place) {
    fields = {};
    now = make("span", { class: "live__now" });
    said = make("output", { class: "live__said" });
    const panel = make("form", { class: "live__form", autocomplete: "off", novalidate: "" });
    for (const [name, { label, help, options, facts }] of Object.entries(form.parameters)) {
      const id = `live-${name}`;
      const field = make("input", { id, "aria-describedby": `${id}-help`, spellcheck: "false" });
      fields[name] = field;
      field.addEventListener("input", () => type(name, field.value, false));
      field.addEventListener("change", () => {
        field.value = option(form.parameters[name], field.value);
        type(name, field.value, true);
      });
      const help_ = make("small", { id: `${id}-help` }, help);
      panel.append(make("p", {}, make("label", { for: id }, label), field, help_));
      if (options) {
        field.setAttribute("list", `${id}-options`);
        const names = facts.name?.[1] ?? {};
        const each = options.map((one) => make("option", { value: one }, own(names, one) ?? ""));
        panel.append(make("datalist", { id: `${id}-options` }, ...each));
      }
    }
    const output = make("textarea", { id: "live-output", rows: 1, "aria-describedby": "live-output-help" });
    const help = make("small", { id: "live-output-help" }, "Paste the JSON that a script printed: its values are taken.");
    panel.append(make("p", {}, make("label", { for: "live-output" }, "Output of a script"), output, help));
    output.addEventListener("input", () => output.value.trim() && paste(output.value));
    const copy = make("button", { type: "button", class: "md-button" }, "Copy link with these values");
    copy.addEventListener("click", async () => {
      const link = `${location.href.split("#")[0]}#live?${new URLSearchParams(chosen)}`;
      try {
        await navigator.clipboard.writeText(link);
        say("Copied. The link carries the values after its #, which no server sees.");
      } catch {
        say(`Copy this link: ${link}`);
      }
    });
    panel.append(make("p", { class: "live__actions" }, copy, make("button", { type: "reset", class: "md-button" }, "Reset")));
    panel.addEventListener("submit", (event) => event.preventDefault());
    panel.addEventListener("reset", () => {
      for (const name of Object.keys(fields)) {
        fields[name].removeAttribute("aria-invalid");
        document.getElementById(`live-${name}-help`).textContent = form.parameters[name].help;
      }
      change({});
      say("These are the publisher's values again.");
    });
    const summary = make("summary", {}, make("span", { class: "live__label" }, "Your values"), now);
    place.replaceChildren(make("details", {}, summary, panel), said);
  }

  function load() {
    try {
      return take(form, {}, JSON.parse(localStorage.getItem(key)) ?? {})[0];
    } catch {
      return {};
    }
  }

  function follow() {
    const given = read(location.hash);
    if (!form || !Object.keys(given).length) return;
    history.replaceState(history.state, "", location.pathname + location.search);
    takeAll(given, "the link");
  }

  function mount() {
    const place = document.querySelector("[data-live-form]");
    if (!place) return;
    form = JSON.parse(place.dataset.liveForm);
    chosen = load();
    build(place);
    places = index();
    show();
    follow();
  }

  addEventListener("hashchange", follow);
  addEventListener("storage", (event) => {
    if (event.key !== key || !form) return;
    chosen = load();
    show();
  });
  if (window.document$) window.document$.subscribe(mount);
  else mount();
}

if (typeof document !== "undefined") wire(document.currentScript);
