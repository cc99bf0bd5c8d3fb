import { make, remove } from "./dom.mjs";
import { close, earlier, fieldsIn, styleText } from "./form.mjs";
import { show } from "./places.mjs";
import { button, form, isSet, labels } from "./state.mjs";
import { own } from "./text.mjs";
import { parametersOf } from "./values.mjs";

/* Forms in the text: of a value where it stands, and of the values that a step gives. */

/* Lets Enter go on to the next field, and leave after the last one if each value is valid; Escape
   leaves at once. */
function keys(panel, leave, isSheet) {
  panel.onkeydown = (event) => {
    const { key, target, isComposing } = event;
    const isEntered = key === "Enter" && target.matches("input");
    if (isComposing || (key !== "Escape" && !isEntered)) return;
    event.preventDefault();
    if (isEntered && isSheet && !earlier) {
      target.value ||= target.placeholder; // the reader agrees
      target.oninput();
    }
    target.onchange?.();
    const next = isEntered && (target.parentElement.nextElementSibling?.querySelector("input") ?? panel.querySelector("[aria-invalid=true]"));
    next ? next.focus() : leave();
  };
}

/* Opens fields at an element, until they are left. */
export function edit(node, names) {
  const panel = fieldsIn("live-here", names);
  const sheet = make("div", { class: "live-sheet", popover: "auto", role: "dialog", "aria-label": labels(names) }, panel, make("output"));
  keys(panel, () => sheet.hidePopover(), true);
  sheet.ontoggle = ({ newState }) => {
    if (newState !== "closed") return;
    if (sheet.querySelector("[aria-invalid=true]")) {
      const block = node.closest(":not(span, code, strong, em, b)");
      showNote(block.matches("p, pre, h1, h2, h3") ? block : block.lastChild, sheet.lastChild.textContent, names);
    }
    sheet.remove();
  };
  document.body.append(sheet);
  sheet.showPopover({ source: node });
  show();
  const field = sheet.querySelector("input");
  field.focus();
  field.select();
}

/* Says something below a place, and offers the fields of some values. */
export function showNote(place, sentence, names) {
  const note = make("p", { role: "status" }, sentence);
  place.after(note);
  remove(".live-note"); // which may be the place
  note.className = "live-note";
  const set = button("set", () => edit(set, names));
  if (names.length) note.append(" ", set);
}

/* A click on a value, Enter or Space, opens its fields; where text is selected, it does not. */
export function openFieldsAt(event) {
  const { target, key, type } = event;
  const node = target.closest?.("[data-live]");
  if (!form || !node || target.closest("a, label, summary, nav")) return;
  const names = parametersOf(form, node.dataset.live);
  if (!names.length) return;
  if (type === "click" ? !getSelection().isCollapsed : key !== "Enter" && key !== " ") return;
  event.preventDefault();
  edit(node, names);
}

/* Asks, below a block or a sentence, for the values that it gives the reader: `a b=c`, where an output
   calls b c. Once they are set, a line says so, which opens the fields again. */
export function ask(node, number) {
  const given = Object.fromEntries(node.dataset.liveAsk.split(/\s+/).map((one) => one.split("=")));
  const names = Object.keys(given).filter((name) => own(form.parameters, name));
  if (!names.length) return;
  const panel = fieldsIn(`live-ask-${number}`, names, given, names.length > 1 && node.matches(".highlight"));
  const summary = make("summary", { "data-live-asked": names.join(" ") });
  styleText(summary, "change");
  const asked = make("details", { open: !isSet(names) }, summary, panel);
  keys(panel, () => close(asked));
  panel.addEventListener("filled", () => isSet(names) && close(asked));
  node.liveAsked = names;
  node.after(make("div", { class: "live-ask" }, asked, make("output")));
}
