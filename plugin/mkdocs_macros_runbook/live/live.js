/* Live values: the reader's in place of the publisher's.
   A form is what mkdocs.yml declares: {parameters, derived, overrides}. */
"use strict";

const FIELD = /\{([A-Za-z_]\w*)(?:\.(\w+)|(\|slug))?\}/g;
const INVISIBLE =
  /[\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u;

const own = (object, name) => (Object.hasOwn(object, name) ? object[name] : undefined);

function slug(text) {
  const plain = text.normalize("NFKD").replace(/[^\0-\x7f]/g, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
}

/* Why no parameter may have a value, as in values/text.py. */
function objection(text) {
  if (text.length > 512 || [...text].length > 256) return "has more than 256 characters";
  if (/[^\p{L}\p{M}\p{N} .,:/@%_-]/u.test(text) || INVISIBLE.test(text))
    return "contains a character that could break the page or a command";
  if (/^[^\p{L}\p{N}]|^$| $| {2}/u.test(text))
    return "must begin with a letter or digit, and must not have extra spaces";
  if (/^\p{Nd}+\.( |$)|:[\p{L}\p{N}_+-]+:|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/u.test(text))
    return "could be read as markup";
  return "";
}

/* Whether a parameter allows `text` beside the values of the others. */
function fits(parameter, text, valueOf) {
  if (typeof text !== "string" || objection(text)) return false;
  if (parameter.options) return parameter.options.includes(text);
  const source = parameter.pattern.replace(FIELD, (_, name) =>
    valueOf(name).replace(/[.+*?^$(){}|[\]\\/]/g, "\\$&"),
  );
  return new RegExp(`^(?:${source})$`, "u").test(text);
}

/* The values, by a function of the name. What does not fit gives way to the publisher's, or to the
   default. */
function resolve(form, chosen) {
  const values = new Map();
  const fill = (_, name, property, slugged) => {
    const text = valueOf(name);
    if (!property) return slugged ? slug(text) : text;
    const [common, others] = form.parameters[name].properties[property];
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

/* The choice with a parameter set to `text`, and why not. */
function put(form, chosen, name, text) {
  const parameter = form.parameters[name];
  let next = { ...chosen, [name]: text };
  const holds = (state) => !text || resolve(form, state)(name) === text;
  for (const [, other] of (parameter.pattern ?? "").matchAll(FIELD)) {
    if (holds(next)) break;
    const options = form.parameters[other].options ?? [];
    const option = options.find((one) => holds({ ...next, [other]: one }));
    if (option) next = { ...next, [other]: option }; // a rack chooses its network
  }
  if (!holds(next)) {
    if (parameter.options) return [chosen, `is not one of the ${parameter.options.length} options`];
    return [chosen, objection(text) || "is not in the expected format"];
  }
  const valueOf = resolve(form, next);
  for (const [other, { label, help }] of Object.entries(form.parameters)) {
    if (!fits(form.parameters[other], valueOf(other), valueOf))
      return [chosen, `would make ${label} ${valueOf(other)}, which is not allowed: ${help}`];
  }
  if (!slug(valueOf(name)) && JSON.stringify(form).includes(`{${name}|slug}`))
    return [chosen, "needs a letter from A to Z or a digit"];
  const kept = Object.entries(next).filter(([one, value]) => {
    const others = { ...next, [one]: undefined };
    return value === valueOf(one) && value !== resolve(form, others)(one);
  });
  return [Object.fromEntries(kept), ""];
}

/* The choice with the valid values of `given`, their names, and why not the rest. */
function take(form, chosen, given) {
  const why = {};
  const names = Object.keys(form.parameters).filter((name) => typeof own(given, name) === "string");
  // twice, since one may need what comes after it
  for (const name of [...names, ...names])
    [chosen, why[name]] = put(form, chosen, name, given[name].trim());
  const taken = names.filter((name) => !why[name]);
  const refused = names.filter((name) => why[name]);
  return [chosen, taken, refused.map((name) => `${form.parameters[name].label} ${why[name]}.`)];
}

const nameOf = ({ properties }, option) => own(properties.name?.[1] ?? {}, option) ?? "";

/* The option meant by `text`: itself, or the only one that has it in its code or name. */
function option(parameter, text) {
  const { options = [] } = parameter;
  const has = (one) => `${one} ${nameOf(parameter, one)}`.toLowerCase().includes(text.toLowerCase());
  const found = options.filter(has);
  return found.length === 1 && !options.includes(text) ? found[0] : text;
}

/* A form as form.py packs it: with " and ' swapped. */
const unpack = (text) => JSON.parse(text.replace(/["']/g, (one) => (one === "'" ? '"' : "'")));

function read(hash) {
  return hash.startsWith("#live?") ? Object.fromEntries(new URLSearchParams(hash.slice(6))) : {};
}

const expand = (template, fill) => template.replace(/\{([^{}]+)\}/g, (_, mark) => fill(mark));

/* The href of a link to `url`. Within the site only the fragment follows: the rest of `href` is the
   site generator's. */
function lead(url, href) {
  if (/^(https?:\/\/|mailto:)/.test(url)) return url;
  const [path, fragment] = [href.split("#")[0], url.split("#")[1]];
  return fragment === undefined ? href : `${path}#${fragment}`;
}

function wire(script) {
  const key = `live:${new URL(script.src).pathname}`; // each site has its own
  const all = (selector) => [...document.querySelectorAll(selector)];
  let form, chosen, places, fields, now, said, details;

  /* The places that follow values: a template and what shows its text. */
  function index() {
    const writes = (node) => (text) => (node.textContent = text);
    const found = all("[data-live]").map((node) => [`{${node.dataset.live}}`, writes(node)]);
    for (const name of ["href", "title", "alt", "aria-label"])
      for (const node of all(`[data-live-${name}]`))
        found.push([
          node.getAttribute(`data-live-${name}`),
          (text) => node.setAttribute(name, name === "href" ? lead(text, node.getAttribute(name)) : text),
        ]);
    for (const node of all("[data-live-is]")) {
      const [name, value] = node.dataset.liveIs.split("=");
      found.push([`{${name}}`, (text) => node.setAttribute("aria-current", text === value)]);
    }
    for (const heading of all(":is(h1,h2,h3,h4,h5,h6)[id]:has([data-live])")) {
      const copy = heading.cloneNode(true);
      const { hash } = new URL(`#${heading.id}`, location);
      for (const node of copy.querySelectorAll(".headerlink")) node.remove();
      const title = copy.textContent.trim();
      for (const node of copy.querySelectorAll("[data-live]"))
        node.textContent = `{${node.dataset.live}}`;
      const template = copy.textContent.trim();
      for (const link of all(".md-nav a[href]")) {
        const leaf = link.querySelector(".md-ellipsis") ?? link;
        if (link.hash === hash && leaf.textContent.trim() === title && !leaf.firstElementChild)
          found.push([template, writes(leaf)]);
      }
    }
    return found;
  }

  function show() {
    const values = new Map();
    const fill = (mark) => {
      if (!values.has(mark)) {
        const [name, query] = mark.split("?");
        const elsewhere = query ? Object.fromEntries(new URLSearchParams(query)) : {};
        values.set(mark, resolve(form, { ...chosen, ...elsewhere })(name) ?? `{${mark}}`);
      }
      return values.get(mark);
    };
    for (const place of places) {
      const text = expand(place[0], fill);
      if (place[2] !== text) place[1]((place[2] = text));
    }
    const names = Object.keys(fields);
    const told = names.filter((name, place) => place < 4 || own(chosen, name));
    now.textContent = told.map(fill).join(" · ");
    for (const name of names) {
      const field = fields[name];
      field.placeholder = fill(name);
      if (field !== document.activeElement && field.ariaInvalid !== "true")
        field.value = own(chosen, name) ?? "";
    }
  }

  function change(state) {
    chosen = state;
    try {
      localStorage.setItem(key, JSON.stringify(chosen));
    } catch {}
    show();
  }

  const say = (...sentences) => (said.textContent = sentences.join(" "));
  const labels = (names) => names.map((name) => form.parameters[name].label).join(", ");

  function mark(name, why) {
    const { help } = form.parameters[name];
    fields[name].setAttribute("aria-invalid", Boolean(why));
    fields[name].nextSibling.textContent = why ? `This value ${why}. ${help}` : help;
  }

  /* Takes a valid value while it is typed; explains an invalid one when the field is left. */
  function type(name, left) {
    const [state, why] = put(form, chosen, name, fields[name].value.trim());
    if (why && !left && fields[name].ariaInvalid !== "true") return;
    mark(name, why);
    if (why) return say(`${labels([name])} ${why}; the page still shows ${resolve(form, chosen)(name)}.`);
    const changed = Object.keys(fields).filter((one) => own(state, one) !== own(chosen, one));
    const others = labels(changed.filter((one) => one !== name));
    change(state);
    if (changed.length || !left) say(others && `This changed too: ${others}.`);
  }

  function takeAll(given, source) {
    const [state, taken, refused] = take(form, chosen, given);
    taken.forEach((name) => mark(name, ""));
    change(state);
    say(taken.length ? `Taken from the ${source}: ${labels(taken)}.` : `No values found in the ${source}.`, ...refused);
    details.open = true;
  }

  function paste(text) {
    try {
      takeAll(Object(JSON.parse(text)), "output");
    } catch {
      say(text && "This is not valid JSON.");
    }
  }

  async function share() {
    const values = Object.keys(fields).map((name) => [name, resolve(form, chosen)(name)]);
    const link = `${location.href.split("#")[0]}#live?${new URLSearchParams(values)}`;
    try {
      await navigator.clipboard.writeText(link);
      say("Copied.");
    } catch {
      say("Copy this:", link);
    }
  }

  function reset() {
    Object.keys(fields).forEach((name) => mark(name, ""));
    change({});
    say("Your values were cleared.");
  }

  function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const name in attributes) node.setAttribute(name, attributes[name]);
    node.append(...children);
    return node;
  }

  function build(place) {
    const control = (tag, id, label, help, more) => {
      const field = make(tag, { id, "aria-describedby": `${id}-help`, spellcheck: false, ...more });
      const parts = [make("label", { for: id }, label), field, make("small", { id: `${id}-help` }, help)];
      panel.append(make("p", {}, ...parts));
      return field;
    };
    const button = (label, act) => {
      const node = make("button", { type: "button", class: "md-button" }, label);
      node.onclick = act;
      return node;
    };
    const panel = make("form", { class: "live__form", autocomplete: "off" });
    panel.onsubmit = () => false;
    fields = {};
    for (const [name, parameter] of Object.entries(form.parameters)) {
      const { label, help, options } = parameter;
      const id = `live-${name}`;
      const list = options ? { list: `${id}-options` } : {};
      const field = (fields[name] = control("input", id, label, help, list));
      field.oninput = () => type(name, false);
      field.onchange = () => {
        field.value = option(parameter, field.value);
        type(name, true);
      };
      if (options) {
        const listed = options.map((one) => make("option", { value: one }, nameOf(parameter, one)));
        panel.append(make("datalist", { id: list.list }, ...listed));
      }
    }
    const printed = "Paste the JSON object that a script printed.";
    const output = control("textarea", "live-output", "Script output", printed, { rows: 1 });
    output.oninput = () => paste(output.value);
    const buttons = [button("Copy link with these values", share), button("Reset", reset)];
    panel.append(make("p", { class: "live__actions" }, ...buttons));
    now = make("span", { class: "live__now" });
    said = make("output", { class: "live__said" });
    const summary = make("summary", {}, make("b", {}, "Your values"), now);
    details = make("details", details?.open ? { open: "" } : {}, summary, panel, said);
    place.replaceChildren(details);
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
    takeAll(given, "link");
  }

  function mount() {
    const place = document.querySelector("[data-live-form]");
    form = place && unpack(place.dataset.liveForm);
    if (!form) return;
    chosen ??= load();
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
  if (window.document$) window.document$.subscribe(mount); // instant navigation
  else mount();
}

if (typeof document === "undefined")
  module.exports = { expand, fits, lead, objection, option, put, read, resolve, slug, take, unpack };
else wire(document.currentScript);
