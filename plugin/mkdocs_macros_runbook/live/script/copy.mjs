import { all, button, make } from "./dom.mjs";
import { openForm } from "./form.mjs";
import { exampleNames, fieldsOf, form, labels, word } from "./state.mjs";

const clear = () => all(".live-note").forEach((note) => note.remove());

/* Says below a place what was copied and which values are examples, and leads to them. */
export function tell(place, sentence, names) {
  clear();
  const said = make("p", { class: "live-note", role: "status" }, sentence);
  place.after(said);
  if (!names.length) return;
  const lead = button(word("set"), () => {
    openForm();
    fieldsOf(names[0])[0].focus();
  });
  said.append(` ${word("with", labels(names))} `, lead);
}

/* Says at a block that is copied which of its values are examples. */
export function warn({ target }) {
  const block = target.closest?.(".md-clipboard, .md-code__button, [data-clipboard-target]")?.closest(".highlight, pre");
  if (!block || !form) return;
  const names = exampleNames(block);
  if (names.length) tell(block, word("copied_with"), names);
  else clear();
}
