import { warn } from "./copy.mjs";
import { all, remove } from "./dom.mjs";
import { build, styleText, useMessageOf } from "./form.mjs";
import { follow, propose, share } from "./link.mjs";
import { index, marked, show } from "./places.mjs";
import { ask, openFieldsAt } from "./sheet.mjs";
import { form, keep, key, load, nameStorage, setNames, whenChanged } from "./state.mjs";
import { copyOrDownload, onTabOrRoute, showAddress, showMarks, showSteps, tick } from "./steps.mjs";
import { reveal } from "./tabs.mjs";
import { parametersOf, unpack } from "./values.mjs";

/* Live values: the reader's in place of the publisher's. What else happens on a page starts here. */

function mount() {
  const place = document.querySelector("[data-live-form]");
  load(place && unpack(place.dataset.liveForm));
  remove(".live-sheet"); // of the page before
  if (!form) return;
  build(place, share);
  index();
  for (const [mark, nodes] of marked) {
    if (!parametersOf(form, mark).length) continue;
    const usable = nodes.filter((one) => one.textContent && !one.closest("a, label, summary, nav"));
    const groups = Map.groupBy(usable, (one) => one.closest("details, .tabbed-block")); // which may be hidden
    for (const [node] of groups.has(null) ? [groups.get(null)] : groups.values()) { // once with the keyboard is enough
      Object.assign(node, { tabIndex: 0, role: "button", ariaHasPopup: "dialog" });
      styleText(node, "example");
    }
  }
  all(".md-code__nav").forEach((node) => (node.role = "none")); // a landmark without a name, of the theme
  all("[data-live-ask]").forEach(ask);
  show();
  const section = follow() ?? propose();
  reveal(showSteps() || section);
  showAddress();
  if (setNames.length) keep(true); // the publisher's values may be others than at the last visit
}

/* Follows a link within the page that brings no `hashchange`: to the same place again, or by the theme. */
function goOn({ target, ctrlKey, metaKey, shiftKey }) {
  const link = target.closest?.("a[href*='#']");
  if (!link || link.target || ctrlKey || metaKey || shiftKey) return;
  if (link.href.split("#")[0] !== location.href.split("#")[0]) return;
  setTimeout(() => {
    follow();
    if (location.hash === link.hash) reveal();
  });
}

nameStorage(document.currentScript);
whenChanged(show);
addEventListener("hashchange", () => {
  follow();
  reveal();
});
addEventListener("click", goOn);
addEventListener("click", useMessageOf, true);
addEventListener("focusin", useMessageOf);
addEventListener("click", warn, true);
addEventListener("copy", warn);
addEventListener("click", openFieldsAt);
addEventListener("keydown", openFieldsAt);
addEventListener("change", onTabOrRoute);
addEventListener("filled", tick);
addEventListener("change", tick);
addEventListener("click", tick);
addEventListener("click", copyOrDownload);
addEventListener("pageshow", ({ persisted }) => persisted && form && propose()); // back from a later page
addEventListener("storage", (event) => event.key === key && event.newValue && form && propose());
addEventListener("storage", showMarks);
window.document$?.subscribe(mount) ?? mount(); // with instant navigation, at each page
