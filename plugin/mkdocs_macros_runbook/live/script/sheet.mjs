import { all, make } from "./dom.mjs";
import { fieldOf } from "./form.mjs";
import { show } from "./places.mjs";
import { form, labels } from "./state.mjs";
import { sources } from "./values.mjs";

/* Values are edited where they stand. */

/* Opens the fields of a value where it stands, until they are left. */
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

/* A click on a value, or Enter, opens its fields; where text is selected, it does not. */
export function touch({ target, key, type }) {
  if (!target.closest) return;
  const node = target.closest("[data-live]");
  if (type === "click" && !target.closest(".live-sheet")) all(".live-sheet").forEach((sheet) => sheet.remove());
  if (!form || !node || target.closest("a, label, summary, nav") || !(sources(form, node.dataset.live).length)) return;
  if (type === "click" ? getSelection().isCollapsed : key === "Enter") {
    edit(node);
    return true;
  }
}
