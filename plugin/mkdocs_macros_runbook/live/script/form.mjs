import { all, button, make } from "./dom.mjs";
import { share } from "./link.mjs";
import { gather, mend } from "./output.mjs";
import { change, changes, choice, chosen, fieldsOf, form, labels, set, word } from "./state.mjs";
import { own } from "./text.mjs";
import { nameOf, option, put, resolve, take } from "./values.mjs";

/* The form: the line at the top of a page, what it opens, and the fields. */

export let details, now, count, offer;
let said; // what the form in use says

/* Lets the form around an element say what there is to say. */
export function hear({ target }) {
  said = target.closest?.(".live, .live-sheet, .live-ask")?.querySelector("output") ?? said;
}

export function say(...parts) {
  said.replaceChildren();
  parts.filter(Boolean).forEach(add);
}

export const add = (part) => said.append(said.firstChild ? " " : "", part);

export function openForm() {
  details.open = true;
  hear({ target: details });
}

export const restore = (earlier) => button(word("undo"), () => {
  change(...earlier);
  say(word("undone"));
});

function mark(field, why) {
  const { help } = form.parameters[field.dataset.liveField];
  field.ariaInvalid = Boolean(why);
  field.nextSibling.textContent = why ? word("invalid", why, help) : help;
}

export const unmark = (names) => names.flatMap(fieldsOf).forEach((field) => mark(field, ""));

/* Takes a valid value while it is typed; explains an invalid one when the field is left. */
function type(field, left, sources) {
  const name = field.dataset.liveField;
  const text = field.value.trim();
  const meant = left && text ? mend(form, chosen, name, text, sources) : text;
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
    say(meant !== text && word("taken", meant), others && word("also", others));
}

/* Sets values that were taken together. */
export function adopt(next, taken, linked) {
  unmark(taken);
  change(next, [...new Set([...set, ...taken])], linked);
}

/* Takes the values in what is pasted into a field, which then tells the form that it is in. */
function paste(field, given) {
  const earlier = choice();
  const [next, taken, refused] = take(form, chosen, given);
  const before = resolve(form, chosen);
  const after = resolve(form, next);
  adopt(next, taken);
  if (!taken.length) return say(word("nothing"), ...refused);
  say(word("taken", changes(taken, before, after)), ...refused, restore(earlier));
  field.dispatchEvent(new Event("filled", { bubbles: true }));
}

function reset() {
  const earlier = choice();
  unmark(Object.keys(form.parameters));
  change({}, []);
  say(word("cleared"), restore(earlier));
}

function control(tag, id, label, help, more) {
  const field = make(tag, { id, "aria-describedby": `${id}-help`, spellcheck: "false", autocapitalize: "none", autocorrect: "off", ...more });
  return [make("p", {}, make("label", { for: id }, label), field, make("small", { id: `${id}-help` }, help)), field];
}

/* The field of a parameter, with its label, help and options. */
function fieldOf(name, id, sources) {
  const parameter = form.parameters[name];
  const { label, help, options } = parameter;
  const list = options && `${id}-options`;
  const [place, field] = control("input", id, label, help, { list, "data-live-field": name });
  field.oninput = () => type(field, false);
  field.onpaste = (event) => {
    const text = event.clipboardData.getData("text");
    const given = gather(form, text, sources);
    if (!own(given, name) || !put(form, chosen, name, text.trim())[1]) return setTimeout(() => type(field, true, sources));
    event.preventDefault();
    paste(field, given);
    field.value = own(chosen, name) ?? "";
  };
  field.onchange = () => {
    field.value = option(parameter, field.value);
    type(field, true, sources);
  };
  if (options) {
    const listed = options.map((one) => make("option", { value: one }, nameOf(parameter, one)));
    place.append(make("datalist", { id: list }, ...listed));
  }
  return place;
}

/* The fields of parameters, and one for an output that prints some of them by other names. */
export function fieldsIn(id, names, sources, hasOutput) {
  const panel = make("form", { class: "live__form", autocomplete: "off" }, ...names.map((name) => fieldOf(name, `${id}-${name}`, sources)));
  panel.onsubmit = () => false;
  if (hasOutput) {
    const [place, field] = control("textarea", `${id}-output`, word("output"), word("output_help"), { rows: 1 });
    field.oninput = () => (field.value ? paste(field, gather(form, field.value, sources)) : say());
    panel.prepend(place);
  }
  return panel;
}

export function build(place) {
  const panel = fieldsIn("live", Object.keys(form.parameters), {}, all(".highlight[data-live-ask]").length);
  const buttons = [button(word("copy_link"), share), button(word("reset"), reset)];
  panel.append(make("p", { class: "live__actions" }, ...buttons));
  now = make("span", { class: "live__now" });
  count = make("span", { class: "live__count" });
  offer = make("div", { class: "live__offer", role: "group", "aria-label": word("offer") });
  for (const key of ["change", "close", "example"]) document.body.style.setProperty(`--live-${key}`, JSON.stringify(word(key))); // for live.css
  const summary = make("summary", {}, make("b", {}, word("line")), now, count);
  details = make("details", { open: details?.open }, summary, offer, panel, make("output"));
  details.onkeydown = ({ key }) => {
    if (key !== "Escape" || !details.open) return;
    details.open = false;
    summary.focus();
  };
  details.ontoggle = () => place.parentElement.classList.toggle("live-open", details.open);
  place.replaceChildren(details);
  hear({ target: details });
}
