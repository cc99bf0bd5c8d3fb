import { make, remove } from "./dom.mjs";
import { openForm } from "./form.mjs";
import { button, exampleNames, fieldsOf, form, labels, sentenceFor } from "./state.mjs";

/* Says below a place what was copied and which values are examples, and leads to them. */
export function showNote(place, sentence, names) {
  remove(".live-note");
  const note = make("p", { class: "live-note", role: "status" }, sentence);
  place.after(note);
  if (!names.length) return;
  const set = button("set", () => {
    openForm();
    fieldsOf(names[0])[0].focus();
  });
  note.append(` ${sentenceFor("with", labels(names))} `, set);
}

/* Says at a block that is copied which of its values are examples. */
export function warn({ target }) {
  const block = target.closest?.(".md-clipboard, .md-code__button, [data-clipboard-target]")?.closest(".highlight, pre");
  if (!block || !form) return;
  const names = exampleNames(block);
  if (names.length) showNote(block, sentenceFor("copied_with"), names);
  else remove(".live-note");
}
