import { all, make } from "./dom.mjs";
import { repaired, valuesIn } from "./output.mjs";
import { allNames, button, change, chosen, differs, form, isSet, labels, linkedNames, sentenceFor, setNames, valueOf } from "./state.mjs";
import { own } from "./text.mjs";
import { propertyOf, resolve, withValue, withValues } from "./values.mjs";

/* The form: the line at the top of a page, what it opens, and the fields. */

export let details, now, count, offer;
let messageElement; // what the form in use says
export let earlier; // what was chosen before the reader typed in the field in use

/* Lets the form around an element say what there is to say. */
export function useMessageOf({ target }) {
  messageElement = target.closest?.("[class^=live]:has(output)")?.querySelector("output") ?? messageElement;
}

export function say(...parts) {
  all("[class^=live] output").forEach((node) => node.replaceChildren()); // what others said may be over
  parts.filter(Boolean).forEach(add);
}

export const add = (part) => messageElement.append(part, " ");

/* Closes what a summary opens. */
export function close(node) {
  node.open = false;
  node.firstChild.focus();
}

/* A button that brings back what is chosen now. */
export const restore = (before = [chosen, setNames, setNames, linkedNames]) => button("undo", () => {
  change(...before);
  say(sentenceFor("undone"));
  messageElement.parentElement.querySelector("summary, input").focus(); // the button is gone
});

function showError(field, why) {
  const { help } = form.parameters[field.dataset.liveField];
  field.ariaInvalid = !!why;
  field.parentElement.lastChild.textContent = why ? sentenceFor("invalid", why, help) : help;
}

export const clearErrors = (names) => names.forEach((name) => all(`[data-live-field=${name}]`).forEach((field) => showError(field)));

/* Takes a valid value while it is typed. When the field is left, takes what is meant in place of all
   that was typed, or explains why not. */
function type(field, left, outputNames) {
  if (left && !earlier) return; // nothing was typed
  const before = (earlier ??= [chosen, setNames, setNames, linkedNames]);
  const name = field.dataset.liveField;
  const text = field.value.trim();
  const meant = left && text ? repaired(form, chosen, name, text, outputNames) : text;
  if (left) {
    earlier = undefined;
    change(...before);
    field.value = meant;
  }
  const [next, why] = withValue(form, chosen, name, meant);
  if (!why) take(next, [name], meant, left, meant !== text);
  else if (left) {
    showError(field, why);
    say(sentenceFor("refused", labels([name]), why, valueOf(name)));
  }
}

/* Takes a choice with the values of some names, which are set by it or not any more. Once the field is
   left, says which values it has taken if `isTold`, what else it changes, and what is `refused`. */
function take(next, taken, areSet, left, isTold, refused = []) {
  const undo = restore();
  clearErrors(taken);
  const before = resolve(form, chosen);
  const others = left && labels(allNames().filter((name) => !taken.includes(name)).filter(differs(next)));
  change(next, allNames().filter((name) => (taken.includes(name) ? areSet : own(next, name) || setNames.includes(name))), taken);
  const told = taken.map((name) => {
    const value = `${labels([name])} ${valueOf(name)}`;
    return before(name) === valueOf(name) ? value : sentenceFor("before", value, before(name));
  });
  say(isTold && sentenceFor("taken", told.join(", ")), others && sentenceFor("also", others), ...refused, (isTold || others) && undo);
}

/* Takes the values in what is pasted into a field, which then tells the form that it is in. */
function paste(field, given) {
  // the page's own examples, in what a command with them printed
  const isOwn = Object.keys(given).every((name) => given[name] === valueOf(name) && !isSet([name]));
  const [next, taken, refused] = withValues(form, chosen, isOwn ? {} : given);
  for (const name in given) if (given[name].toFixed) refused.push(sentenceFor("several", labels([name]), given[name]));
  if (!taken.length) return say(sentenceFor("nothing"), ...refused);
  take(next, taken, true, true, true, refused);
  earlier = undefined;
  field.dispatchEvent(new Event("filled", { bubbles: true }));
}

export const actions = (...buttons) => make("p", { class: "live__actions" }, ...buttons);

function reset() {
  const undo = restore();
  clearErrors(allNames());
  change({}, [], []);
  say(sentenceFor("cleared"), undo);
}

function control(tag, id, label, help, more) {
  const field = make(tag, { id, dir: "auto", "aria-describedby": `${id}-help`, spellcheck: "false", autocapitalize: "none", autocomplete: "off", autocorrect: "off", ...more });
  make("p", {}, make("label", { for: id }, label), field, make("small", { id: `${id}-help` }, help));
  return field;
}

/* The field of a parameter, with its label, help and options. */
function fieldOf(name, id, outputNames) {
  const parameter = form.parameters[name];
  const { label, help, options, default: first } = parameter;
  const list = options && `${id}-options`;
  const field = control("input", id, label, help, { list, "data-live-field": name, inputmode: /@/.test(first) ? "email" : /:/.test(first) && "url" });
  field.onfocus = () => (earlier = undefined); // no `change` has come where all was typed back
  field.oninput = () => type(field, false);
  field.onpaste = (event) => {
    const text = event.clipboardData.getData("text");
    const given = valuesIn(form, text, outputNames);
    if (!own(given, name) || !withValue(form, chosen, name, text.trim())[1]) return setTimeout(field.onchange);
    event.preventDefault();
    paste(field, given);
    field.value = own(chosen, name) ?? "";
  };
  field.onchange = () => type(field, true, outputNames);
  if (options) {
    const listed = options.map((one) => make("option", { value: one }, propertyOf(parameter, one)));
    field.after(make("datalist", { id: list }, ...listed));
  }
  return field.parentElement;
}

/* The fields of parameters, and one for an output that prints some of them by other names. */
export function fieldsIn(id, names, outputNames, hasOutput) {
  const panel = make("div", { class: "live__form" }, ...names.map((name) => fieldOf(name, `${id}-${name}`, outputNames)));
  if (hasOutput) {
    const field = control("textarea", `${id}-output`, sentenceFor("output"), sentenceFor("output_help"), { rows: 1 });
    field.oninput = () => (field.value ? paste(field, valuesIn(form, field.value, outputNames)) : say());
    panel.prepend(field.parentElement);
  }
  return panel;
}

/* Gives live.css a text at an element. At the body, it would cost the style of each element below. */
export const styleText = (node, key) => node.style.setProperty("--live-text", JSON.stringify(sentenceFor(key)));

export function build(place, share) {
  const panel = fieldsIn("live", allNames(), {}, all(".highlight[data-live-ask]").length);
  panel.append(actions(button("copy_link", share), button("reset", reset)));
  now = make("span", { class: "live__now" });
  count = make("span", { class: "live__count" });
  offer = make("div", { class: "live__offer", role: "group", "aria-live": "polite", "aria-label": sentenceFor("offer") });
  const summary = make("summary", {}, make("b", {}, sentenceFor("line")), now, count);
  details = make("details", { open: details?.open }, summary, offer, panel, make("output"));
  styleText(details, "close");
  details.onkeydown = ({ key, isComposing }) => isComposing || key !== "Escape" || !details.open || close(details); // false would stop the key
  place.replaceChildren(details);
  useMessageOf({ target: details });
}
