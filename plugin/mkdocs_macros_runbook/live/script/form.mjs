import { button, make } from "./dom.mjs";
import { share } from "./link.mjs";
import { gather, mend } from "./output.mjs";
import { change, changes, choice, chosen, fieldsOf, form, labels, set, word } from "./state.mjs";
import { own } from "./text.mjs";
import { nameOf, option, put, resolve, take } from "./values.mjs";

/* The form: the line at the top of a page, what it opens, and the fields. */

export let details, now, count, said, offer;

export const say = (...sentences) => (said.textContent = sentences.join(" "));

export const restore = (earlier, sentence) => button(word("undo"), () => {
  change(...earlier);
  say(sentence);
});

function mark(field, why) {
  const { help } = form.parameters[field.dataset.liveField];
  field.setAttribute("aria-invalid", Boolean(why));
  field.nextSibling.textContent = why ? word("invalid", why, help) : help;
}

export const unmark = (names) => names.flatMap(fieldsOf).forEach((field) => mark(field, ""));

/* Takes a valid value while it is typed; explains an invalid one when the field is left. */
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

/* Takes what an output has. */
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

/* The field of a parameter, with its label, help and options. */
export function fieldOf(name, id) {
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

export function build(place) {
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
