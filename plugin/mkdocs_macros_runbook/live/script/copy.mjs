import { all, button, make } from "./dom.mjs";
import { details } from "./form.mjs";
import { fieldsOf, form, labels, set } from "./state.mjs";
import { examples } from "./values.mjs";

/* Says at a block that is copied which of its values are examples, and leads to them. */
export function warn({ target }) {
  const block = target.closest?.(".md-clipboard, .md-code__button, [data-clipboard-target]")?.closest(".highlight, pre");
  if (!block || !form) return;
  const marks = [...block.querySelectorAll("[data-live]")].map((node) => node.dataset.live);
  const found = new Set(marks.flatMap((mark) => examples(form, set, mark)));
  const names = Object.keys(form.parameters).filter((name) => found.has(name));
  all(".live-note").forEach((note) => note.remove());
  if (!names.length) return;
  const count = names.length > 1 ? `${names.length} example values` : "an example value";
  const lead = button("Set your values", () => {
    details.open = true;
    fieldsOf(names[0])[0].focus();
  });
  block.after(make("p", { class: "live-note", role: "status" }, `Copied with ${count}: ${labels(names)}. `, lead));
}
