// written by: python -m mkdocs_macros_runbook assets
(() => {
"use strict";
const all = (selector) => [...document.querySelectorAll(selector)];
function make(tag, attributes, ...children) {
const node = document.createElement(tag);
for (const name in attributes) node.setAttribute(name, attributes[name]);
node.append(...children);
return node;
}
function button(label, act) {
const node = make("button", { type: "button", class: "md-button" }, label);
node.onclick = act;
return node;
}
const INVISIBLE =
/[\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u;
const escape = (text) => text.replace(/[.+*?^$(){}|[\]\\/]/g, "\\$&");
const own = (object, name) => (Object.hasOwn(object, name) ? object[name] : undefined);
function slug(text) {
const plain = text.normalize("NFKD").replace(/[^\0-\x7f]/g, "").toLowerCase();
return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
}
const sentence = ({ texts }, key, ...parts) => texts[key].replace(/\{\}/g, () => parts.shift());
const NAMES = { "'": "apostrophe", '"': "quotation_mark", "\n": "line_break" };
function objection(text, characters = "") {
if (text.length > 512 || [...text].length > 256) return ["long"];
const more = `./${escape(characters)}`;
const [sign] = text.match(new RegExp(`[^\\p{L}\\p{M}\\p{N} .,:/@%_+${more}-]`, "u")) ?? text.match(INVISIBLE) ?? "";
if (sign) return ["character", own(NAMES, sign) ?? (/[\p{L}\p{M}\p{C}\p{Z}]/u.test(sign) ? "hidden" : sign)];
if (text && new RegExp(`^[^\\p{L}\\p{N}${more}]| $| {2}`, "u").test(text))
return ["begin"];
}
const plain = (name) => name.replace(/[^A-Za-z0-9]/g, "").toLowerCase();
const FIELD = /\{([A-Za-z_]\w*)(?:\.(\w+)|(\|slug))?\}/g;
function fits(parameter, text, valueOf) {
if (typeof text !== "string" || objection(text, parameter.characters)) return false;
if (parameter.options) return parameter.options.includes(text);
const source = parameter.pattern.replace(FIELD, (_, name) => escape(valueOf(name)));
return new RegExp(`^(?:${source})$`, "u").test(text);
}
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
function put(form, chosen, name, text) {
const parameter = form.parameters[name];
let next = { ...chosen, [name]: text || undefined };
const holds = (state) => !text || resolve(form, state)(name) === text;
for (const [, other] of (parameter.pattern ?? "").matchAll(FIELD)) {
if (holds(next)) break;
const options = form.parameters[other]?.options ?? [];
const option = options.find((one) => holds({ ...next, [other]: one }));
if (option) next = { ...next, [other]: option };
}
if (!holds(next)) {
if (parameter.options) return [chosen, sentence(form, "option", parameter.options.length)];
const [key, sign] = objection(text, parameter.characters) ?? ["format"];
return [chosen, sentence(form, key, own(form.texts, sign) ?? sign)];
}
const valueOf = resolve(form, next);
for (const [other, { label, help }] of Object.entries(form.parameters)) {
if (!fits(form.parameters[other], valueOf(other), valueOf))
return [chosen, sentence(form, "spoils", label, valueOf(other), help)];
}
if (!slug(valueOf(name)) && JSON.stringify(form).includes(`{${name}|slug}`))
return [chosen, sentence(form, "no_letter")];
const kept = Object.entries(next).filter(([one, value]) => {
const others = { ...next, [one]: undefined };
return value === valueOf(one) && value !== resolve(form, others)(one);
});
return [Object.fromEntries(kept), ""];
}
function take(form, chosen, given) {
const why = {};
const names = Object.keys(form.parameters).filter((name) => typeof own(given, name) === "string");
for (const name of [...names, ...names])
[chosen, why[name]] = put(form, chosen, name, given[name].trim());
const taken = names.filter((name) => !why[name]);
const refused = names.filter((name) => why[name]);
return [chosen, taken, refused.map((name) => sentence(form, "why", form.parameters[name].label, why[name]))];
}
function sources(form, mark) {
const [name] = mark.split("?");
if (own(form.parameters, name)) return [name];
const others = [...(own(form.derived, name) ?? "").matchAll(FIELD)].flatMap(([, other]) => sources(form, other));
return [...new Set(others)];
}
function examples(form, set, mark) {
const found = new Set();
const isSet = (name) =>
set.some((one) => one === name || own(form.parameters, one)?.pattern?.includes(`{${name}}`));
const visit = (name) => {
const parameter = own(form.parameters, name);
if (parameter && isSet(name)) return;
if (parameter?.example) return found.add(name);
for (const [, other] of (parameter?.default ?? own(form.derived, name) ?? "").matchAll(FIELD)) visit(other);
};
if (!mark.includes("?")) visit(mark);
return [...found];
}
const nameOf = ({ properties }, option) => own(properties.name?.[1] ?? {}, option) ?? "";
function option(parameter, text) {
const { options = [] } = parameter;
const has = (one) => `${one} ${nameOf(parameter, one)}`.toLowerCase().includes(text.toLowerCase());
const found = options.filter(has);
return found.length === 1 && !options.includes(text) ? found[0] : text;
}
const expand = (template, fill) => template.replace(/\{([^{}]+)\}/g, (_, mark) => fill(mark));
const unpack = (text) => JSON.parse(text.replace(/["']/g, (one) => (one === "'" ? '"' : "'")));
function lead(url, href) {
if (/^(https?:\/\/|mailto:)/.test(url)) return url;
const [path, fragment] = [href.split("#")[0], url.split("#")[1]];
return fragment === undefined ? href : `${path}#${fragment}`;
}
let places;
let marked;
function index({ liveHeadings = "{}" }) {
const headings = JSON.parse(liveHeadings);
const writes = (node) => (text) => {
if (!text || !node.firstChild) node.classList.toggle("live-empty", !text);
node.textContent = text;
};
marked = new Map();
const found = all("[data-live]").map((node) => {
const mark = node.dataset.live;
if (!marked.has(mark)) marked.set(mark, []);
marked.get(mark).push(node);
return [`{${mark}}`, writes(node), node.textContent];
});
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
for (const [id, template] of Object.entries(headings)) {
const { hash } = new URL(`#${id}`, location);
for (const link of all(".md-nav a[href]")) {
const leaf = link.querySelector(".md-ellipsis") ?? link;
if (link.hash === hash && !leaf.firstElementChild) found.push([template, writes(leaf)]);
}
}
places = found;
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
const names = Object.keys(form.parameters);
const told = names.filter((name, place) => place < 4 || own(chosen, name));
now.textContent = told.map(fill).join(" · ");
const open = new Set();
for (const [mark, nodes] of marked) {
const names = examples(form, set, mark);
names.forEach((name) => open.add(name));
if (nodes.isExample === names.length > 0) continue;
nodes.isExample = names.length > 0;
nodes.forEach((node) => node.classList.toggle("live-example", nodes.isExample));
}
const left = open.size && word(open.size > 1 ? "examples" : "one_example", open.size);
count.textContent = [isLinked && word("from_link"), left].filter(Boolean).join(" · ");
for (const field of all("[data-live-field]")) {
const name = field.dataset.liveField;
field.placeholder = fill(name);
if (field !== document.activeElement && field.ariaInvalid !== "true")
field.value = own(chosen, name) ?? "";
}
}
let form, chosen, set, isLinked;
let key;
const nameStorage = (script) => (key = `live:${new URL(script.src).pathname}`);
const enter = (some) => (form = some);
const choice = () => [chosen, set, isLinked];
function load() {
[chosen, set, isLinked] = [{}, [], false];
try {
const kept = Object(JSON.parse(localStorage.getItem(key)));
[chosen] = take(form, {}, Object(kept.values));
set = Object.keys(form.parameters).filter((name) => Array.isArray(kept.set) && kept.set.includes(name));
isLinked = kept.isLinked === true;
} catch {}
}
function keep() {
const valueOf = resolve(form, chosen);
const shown = Object.keys({ ...form.parameters, ...form.derived }).map((name) => [name, valueOf(name)]);
try {
localStorage.setItem(key, JSON.stringify({ values: chosen, set, isLinked, shown: Object.fromEntries(shown) }));
} catch {}
}
function change(values, names, linked = false) {
[chosen, set, isLinked] = [values, names, linked];
keep();
show();
}
const word = (key, ...parts) => sentence(form, key, ...parts);
const changes = (names, before, after) =>
names.map((name) => {
const told = `${labels([name])} ${after(name)}`;
return before(name) === after(name) ? told : word("before", told, before(name));
}).join(", ");
const labels = (names) => names.map((name) => form.parameters[name].label).join(", ");
const fieldsOf = (name) => all("[data-live-field]").filter((field) => field.dataset.liveField === name);
function exampleNames(block) {
const found = new Set([...block.querySelectorAll("[data-live]")].flatMap((node) => examples(form, set, node.dataset.live)));
return Object.keys(form.parameters).filter((name) => found.has(name));
}
function read(hash) {
return hash.startsWith("#live?") ? Object.fromEntries(new URLSearchParams(hash.slice(6))) : {};
}
function propose(given) {
const [next, taken, refused] = take(form, chosen, given);
const [before, after] = [resolve(form, chosen), resolve(form, next)];
const other = Object.keys(form.parameters).filter((name) => before(name) !== after(name));
details.open = true;
say(...(other.length ? [] : [word("same")]), ...refused);
const close = (sentence) => {
offer.replaceChildren();
say(sentence);
};
if (!other.length) return offer.replaceChildren();
const row = (name) => make("div", {}, make("dt", {}, labels([name])), make("dd", {}, make("del", {}, before(name)), " ", make("ins", {}, after(name))));
const accept = button(word("use"), () => {
unmark(taken);
change(next, [...new Set([...set, ...taken])], true);
close(word("used"));
});
const refuse = button(word("keep"), () => close(word("undone")));
offer.replaceChildren(make("p", {}, word("brings")), make("dl", {}, ...other.map(row)), make("p", { class: "live__actions" }, accept, refuse));
}
async function share() {
const values = Object.keys(form.parameters).map((name) => [name, resolve(form, chosen)(name)]);
const link = `${location.href.split("#")[0]}#live?${new URLSearchParams(values)}`;
try {
await navigator.clipboard.writeText(link);
say(word("copied"));
} catch {
say(word("copy_this", link));
}
}
function follow() {
const given = read(location.hash);
if (!form || !Object.keys(given).length) return;
history.replaceState(history.state, "", location.pathname + location.search);
propose(given);
}
const PAIR =
/^ ?(?:export )?(["']?)([A-Za-z_][\w. -]*)\1 ?[:=] ?(["']?)([^\s"'](?:[^"'\n]*[^\s"',])?)\3,? ?\r?$/gm;
const COLUMNS = /^ ?([\w.-]+) ([^\s:=]\S*) ?\r?$/gm;
function printed(output) {
const text = output.slice(0, 200000).replace(/[ \t]+/g, " ");
const found = new Map();
const add = (name, value) => found.has(name) || found.set(name, value);
let level = [];
try {
level = [["", JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1))]];
} catch {}
for (let depth = 0; depth < 50; depth++) level = level.flatMap(([path, value]) => {
if (value && typeof value === "object")
return Object.entries(value).map(([key, one]) => [Array.isArray(value) ? path : `${path}.${key}`, one]);
const names = path.split(".").map(plain);
if (value !== null) for (const at of names.keys()) add(names.slice(-1 - at).join(""), String(value));
return [];
});
for (const [, , name, , value] of text.matchAll(PAIR)) add(plain(name), value);
for (const [, name, value] of text.matchAll(COLUMNS)) add(plain(name), value);
return found;
}
function* within({ parameters }, name, text) {
const { find, pattern = "" } = parameters[name];
if (find) yield text.match(new RegExp(find, "u"))?.[1];
if (!pattern.match(FIELD)) return;
const source = pattern.replace(
FIELD,
(_, other) => `(?:${(parameters[other].options ?? []).map(escape).join("|") || "(?!)"})`,
);
yield text.match(new RegExp(`(?<![\\w-])(?:${source})(?![\\w-])`, "u"))?.[0];
}
function gather(form, output) {
const found = printed(output);
const given = {};
for (const [name, { label }] of Object.entries(form.parameters)) {
const value = found.get(plain(name)) ?? found.get(plain(label)) ?? [...within(form, name, output)].find(Boolean);
if (value) given[name] = value;
}
return given;
}
function mend(form, chosen, name, text) {
const typed = text.trim().replace(/[\u2018\u2019]/g, "'").replace(/\s+/g, " ");
const bare = typed.replace(/^["'`]|["'`]?[,;]?$/g, "");
const [, scheme, slash] = form.parameters[name].default.match(/^(https:\/\/)?.*?(\/)?$/);
const host = bare.replace(/^https?:\/\//i, "").replace(/\/$/, "");
const forms = [bare, `${scheme ?? ""}${host}${slash ?? ""}`];
for (const some of [[text.trim(), typed], [...within(form, name, text)], forms, forms.map((one) => one.toLowerCase())]) {
const value = some.find((one) => one && !put(form, chosen, name, one)[1]);
if (value) return value;
}
return text.trim();
}
let details, now, count, said, offer;
const say = (...sentences) => (said.textContent = sentences.join(" "));
const restore = (earlier, sentence) => button(word("undo"), () => {
change(...earlier);
say(sentence);
});
function mark(field, why) {
const { help } = form.parameters[field.dataset.liveField];
field.setAttribute("aria-invalid", Boolean(why));
field.nextSibling.textContent = why ? word("invalid", why, help) : help;
}
const unmark = (names) => names.flatMap(fieldsOf).forEach((field) => mark(field, ""));
function type(field, left) {
const name = field.dataset.liveField;
const text = field.value.trim();
const meant = left && text ? mend(form, chosen, name, text) : text;
const [next, why] = put(form, chosen, name, meant);
if (why && !left && field.ariaInvalid !== "true") return;
mark(field, why);
if (why) return say(word("refused", labels([name]), why, resolve(form, chosen)(name)));
const names = Object.keys(form.parameters);
const changed = names.filter((one) => own(next, one) !== own(chosen, one));
const others = labels(changed.filter((one) => one !== name));
if (meant !== text) field.value = meant;
change(next, names.filter((one) => (one === name ? meant : own(next, one) || set.includes(one))));
if (changed.length || !left || meant !== text)
say(...(meant === text ? [] : [word("entered", meant)]), ...(others ? [word("also", others)] : []));
}
function paste(text) {
if (!text) return say();
const earlier = choice();
const [next, taken, refused] = take(form, chosen, gather(form, text));
const before = resolve(form, chosen);
const after = resolve(form, next);
unmark(taken);
change(next, [...new Set([...set, ...taken])]);
if (!taken.length) return say(word("nothing"), ...refused);
say(word("taken", changes(taken, before, after)), ...refused, "");
said.append(restore(earlier, word("undone")));
}
function reset() {
const earlier = choice();
unmark(Object.keys(form.parameters));
change({}, []);
say(word("cleared"), "");
said.append(restore(earlier, word("back")));
}
function control(tag, id, label, help, more) {
const field = make(tag, { id, "aria-describedby": `${id}-help`, spellcheck: false, autocapitalize: "none", autocorrect: "off", ...more });
return make("p", {}, make("label", { for: id }, label), field, make("small", { id: `${id}-help` }, help));
}
function fieldOf(name, id) {
const parameter = form.parameters[name];
const { label, help, options } = parameter;
const list = options ? { list: `${id}-options` } : {};
const place = control("input", id, label, help, { ...list, "data-live-field": name });
const field = place.children[1];
field.oninput = () => type(field, false);
field.onpaste = () => setTimeout(() => type(field, true));
field.onchange = () => {
field.value = option(parameter, field.value);
type(field, true);
};
if (options) {
const listed = options.map((one) => make("option", { value: one }, nameOf(parameter, one)));
place.append(make("datalist", { id: list.list }, ...listed));
}
return place;
}
function build(place) {
const panel = make("form", { class: "live__form", autocomplete: "off" });
panel.onsubmit = () => false;
panel.append(...Object.keys(form.parameters).map((name) => fieldOf(name, `live-${name}`)));
const pasted = control("textarea", "live-output", word("output"), word("output_help"), { rows: 1 });
const output = pasted.children[1];
output.oninput = () => paste(output.value);
panel.append(pasted);
const buttons = [button(word("copy_link"), share), button(word("reset"), reset)];
panel.append(make("p", { class: "live__actions" }, ...buttons));
now = make("span", { class: "live__now" });
count = make("span", { class: "live__count" });
said = make("output", { class: "live__said" });
offer = make("div", { class: "live__offer", role: "group", "aria-label": word("offer") });
const summary = make("summary", {}, make("b", {}, word("line")), now, count);
details = make("details", details?.open ? { open: "" } : {}, summary, offer, panel, said);
details.onkeydown = (event) => {
if (event.key !== "Escape" || !details.open) return;
details.open = false;
summary.focus();
};
details.ontoggle = () => place.parentElement.classList.toggle("live-open", details.open);
place.replaceChildren(details);
}
const clear = () => all(".live-note").forEach((note) => note.remove());
function tell(place, sentence, names) {
clear();
const said = make("p", { class: "live-note", role: "status" }, sentence);
place.after(said);
if (!names.length) return;
const lead = button(word("set"), () => {
details.open = true;
fieldsOf(names[0])[0].focus();
});
const parts = names.length > 1 ? ["with_more", names.length, labels(names)] : ["with_one", labels(names)];
said.append(` ${word(...parts)} `, lead);
}
function warn({ target }) {
const block = target.closest?.(".md-clipboard, .md-code__button, [data-clipboard-target]")?.closest(".highlight, pre");
if (!block || !form) return;
const names = exampleNames(block);
if (names.length) tell(block, word("copied_with"), names);
else clear();
}
function edit(node) {
const names = sources(form, node.dataset.live);
const close = () => sheet.remove();
const sheet = make("form", { class: "live-sheet", role: "dialog", "aria-label": labels(names), autocomplete: "off" });
sheet.append(...names.map((name) => fieldOf(name, `live-here-${name}`)));
sheet.onsubmit = () => false;
sheet.onkeydown = (event) => {
const { key, target } = event;
if (key === "Enter") target.onchange();
if (key !== "Escape" && (key !== "Enter" || target.ariaInvalid === "true")) return;
event.preventDefault();
close();
node.focus();
};
sheet.onfocusout = ({ relatedTarget }) => relatedTarget && !sheet.contains(relatedTarget) && close();
all(".live-sheet").forEach((other) => other.remove());
const { left, bottom } = node.getBoundingClientRect();
sheet.style.left = `${Math.max(8, Math.min(left, innerWidth - 328) + scrollX)}px`;
sheet.style.top = `${bottom + scrollY + 4}px`;
document.body.append(sheet);
show();
const field = sheet.querySelector("input");
field.focus();
field.select();
}
function touch({ target, key, type }) {
if (!target.closest) return;
const node = target.closest("[data-live]");
if (type === "click" && !target.closest(".live-sheet")) all(".live-sheet").forEach((sheet) => sheet.remove());
if (!form || !node || target.closest("a, label, summary, nav") || !(sources(form, node.dataset.live).length)) return;
if (type === "click" ? getSelection().isCollapsed : key === "Enter") {
edit(node);
return true;
}
}
const RUN = ".highlight:is(.language-bash, .language-sh):not(.live-apart)";
function tabs() {
return all(".tabbed-content").flatMap((content) => {
const group = content.parentElement;
const labels = group.querySelectorAll("label");
return [...content.children].map((panel, at) => ({
group,
panel,
input: group.children[at],
label: labels[at],
text: labels[at].textContent.trim(),
runs: panel.querySelector(RUN),
}));
});
}
function tabsOf(route) {
const taken = new Map();
for (const tab of tabs())
if (tab.text === route || (tab.runs && !taken.has(tab.group))) taken.set(tab.group, tab);
return [...taken.values()];
}
let isChoosing = false;
function choose(route) {
isChoosing = true;
for (const note of all(".live-other")) note.remove();
for (const { group, input, label, text } of tabsOf(route)) {
if (!input.checked) {
label.setAttribute("data-md-switching", "");
input.click();
}
if (text !== route) group.before(make("p", { class: "live-other" }, word("no_tab", route, text)));
}
isChoosing = false;
}
function reveal() {
let target;
try {
target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
} catch {}
if (!target) return;
for (const { input, panel } of tabs())
if ((input === target || panel.contains(target)) && !input.checked) input.click();
if (target.closest(".tabbed-block")) target.scrollIntoView();
}
let list, route;
const storage = () => `${key}${location.pathname}`;
const slugOf = (text) => text.toLowerCase().replace(/\W+/g, "-");
const done = () => all(".live-steps li :checked + a").map((link) => link.hash);
function commandOf(block) {
const code = block.querySelector("code").textContent;
if (block.matches(RUN)) return code.trim();
const file = block.querySelector(".filename")?.textContent;
return !block.matches(".live-apart") && /^[\w./-]+\.\w+$/.test(file ?? "") && `cat > ${file} << 'END_OF_FILE'\n${code}END_OF_FILE`;
}
function commands() {
const taken = tabsOf(route);
const others = tabs().filter(({ panel }) => !taken.some((tab) => tab.panel === panel));
const last = [...list.querySelectorAll("li a")].at(-1).hash;
const ready = [];
let step = "";
for (const node of all("article :is(h2, .highlight)")) {
if (node.matches("h2")) {
if (step === last) break;
step = `#${node.id}`;
} else if (!done().includes(step) && !others.some(({ panel }) => panel.contains(node)) && commandOf(node)) {
const names = exampleNames(node);
if (names.length) return [ready, names];
ready.push(commandOf(node));
}
}
return [ready, []];
}
function address() {
const url = new URL(location);
url.searchParams.set("route", slugOf(route));
const tab = document.getElementById(url.hash.slice(1));
if (tab?.matches(".tabbed-set > input")) {
const before = all("article :is(h2, h3)[id]").filter((heading) => heading.compareDocumentPosition(tab) & 4);
url.hash = before.at(-1)?.id ?? "";
}
history.replaceState(history.state, "", url);
}
function enterRoute(text) {
route = text;
choose(route);
list.querySelector(".live__actions").hidden = !tabs().some((tab) => tab.runs && tab.text === route);
for (const input of all(".live-route input")) input.checked = input.value === route;
}
function turn({ target }) {
const tab = !isChoosing && tabs().find(({ input }) => input === target);
const text = tab ? tab.text : target.name === "live-route" && target.value;
if (all(".live-route input").some(({ value }) => value === text)) {
if (!tab) tabs().find((one) => one.text === text).label.click();
enterRoute(text);
address();
}
try {
if (target.type === "checkbox" && list?.contains(target)) localStorage.setItem(storage(), done());
} catch {}
}
function hand({ target }) {
const isCopy = target.matches?.(".live-copy");
if (!isCopy && !target.matches?.(".live-save")) return;
const [ready, names] = commands();
const text = `${ready.join("\n\n")}\n`;
if (!ready.length) return tell(list, word("nothing_ready"), names);
if (isCopy) navigator.clipboard.writeText(text);
else make("a", { download: `${slugOf(route)}.sh`, href: `data:text/plain;charset=utf-8,${encodeURIComponent(`#!/usr/bin/env bash\nset -e\n\n${text}`)}` }).click();
const rest = names.length ? ` ${word("go_on")}` : "";
tell(list, word("route_blocks", route, ready.length) + rest, names);
}
function showSteps() {
list = document.querySelector(".live-steps");
if (!list) return;
try {
const earlier = localStorage.getItem(storage()).split(",");
for (const input of list.querySelectorAll("li input")) input.checked = earlier.includes(input.nextSibling.hash);
} catch {}
for (const node of list.querySelectorAll("[hidden]")) node.hidden = false;
const named = new URLSearchParams(location.search).get("route");
const routes = all(".live-route input").map(({ value }) => value);
const shown = tabs().find((tab) => tab.input.checked && routes.includes(tab.text));
if (shown) enterRoute(routes.find((text) => slugOf(text) === named) ?? shown.text);
if (named && location.hash) document.querySelector(location.hash)?.scrollIntoView();
}
function mount() {
const place = document.querySelector("[data-live-form]");
enter(place && unpack(place.dataset.liveForm));
if (!form) return;
if (!chosen) load();
build(place);
index(place.dataset);
for (const [mark, nodes] of marked) {
const node = nodes.find((one) => one.textContent && !one.closest("a, label, summary, nav"));
if (node && sources(form, mark).length)
for (const [name, text] of [["tabindex", 0], ["role", "button"], ["aria-haspopup", "dialog"]]) node.setAttribute(name, text);
}
for (const buttons of all(".md-code__nav")) buttons.role = "none";
show();
follow();
showSteps();
reveal();
if (set.length) keep();
}
function compare(event) {
if (event.key !== key || !form) return;
const earlier = choice();
const before = resolve(form, chosen);
load();
show();
const after = resolve(form, chosen);
const changed = Object.keys(form.parameters).filter((name) => before(name) !== after(name));
if (!changed.length) return;
details.open = true;
say(word("other_tab", changes(changed, before, after)), "");
said.append(restore(earlier, word("undone")));
}
nameStorage(document.currentScript);
addEventListener("hashchange", follow);
addEventListener("hashchange", reveal);
addEventListener("click", warn, true);
addEventListener("click", touch);
addEventListener("keydown", (event) => touch(event) && event.preventDefault());
addEventListener("change", turn);
addEventListener("click", hand);
addEventListener("storage", compare);
if (window.document$) window.document$.subscribe(mount);
else mount();
})();
