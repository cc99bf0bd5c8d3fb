import { all, remove } from "./dom.mjs";
import { showNote } from "./sheet.mjs";
import { exampleNames, form, labels, sentenceFor } from "./state.mjs";

/* Copies a text; returns what there is to say of it. */
export async function copy(text, done = sentenceFor("copied")) {
  try {
    await navigator.clipboard.writeText(text);
    return done;
  } catch {
    return sentenceFor("copy_this", text);
  }
}

/* What there is to say of examples in what is copied, or is not. */
export const withExamples = (key, names) => sentenceFor(key, names.length, labels(names));

/* Says at a block that is copied, by its button or as it is selected, which of its values are examples. */
export function warn({ target, type }) {
  if (!form) return;
  let block = target.closest?.("[data-md-type=copy], [data-clipboard-target]")?.closest(".highlight, pre");
  let marks = block?.querySelectorAll("[data-live]");
  if (type === "copy") {
    const isSelected = (node) => getSelection().containsNode(node, true) && node.checkVisibility();
    marks = all(":is(.highlight, pre) [data-live]").filter(isSelected);
    block = marks.at(-1)?.closest(".highlight, pre") ?? all(".highlight, pre").find(isSelected);
  }
  if (!block) return;
  const names = exampleNames(marks);
  if (names.length) showNote(block, withExamples("copied_with", names), names);
  else remove(".live-note");
}
