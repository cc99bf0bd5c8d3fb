import { copy, withExamples } from "./copy.mjs";
import { all, make } from "./dom.mjs";
import { add } from "./form.mjs";
import { showNote } from "./sheet.mjs";
import { exampleNames, isSet, key, sentenceFor } from "./state.mjs";
import { slug } from "./text.mjs";
import { RUN, choose, tabs, tabsOf, targetOf } from "./tabs.mjs";

/* The list of the guide's steps: a mark for each, the choice of a route, and its commands. */

let list, route;

const links = () => all(".live-steps li a");
const sectionOf = ({ hash }) => targetOf(hash)?.id;
const sections = (is) => links().filter(({ previousSibling: box }) => box[is]).map(sectionOf);

/* What is the name of a file, as in page/fence.py. */
const FILE = /^(?!\/|.*:\/\/)(?=.*\.[^.])\S+$/;

/* A file's name as a shell takes it; a `~` stays the home folder. */
const quoted = (file) =>
  /[^\w./~-]/.test(file) ? file.replace(/^(~\/)?(.*)$/, (_, home = "", name) => `${home}'${name.replaceAll("'", "'\\''")}'`) : file;

/* A block as a shell takes it: commands, or a file that its title names; without the theme's notes. */
function commandOf(block) {
  const shown = block.cloneNode(true);
  shown.querySelectorAll(".md-annotation").forEach((node) => node.remove());
  const code = shown.querySelector("code").textContent;
  if (block.matches(RUN)) return code.trim();
  const file = block.querySelector(".filename")?.textContent;
  if (block.matches(".live-apart") || !FILE.test(file)) return;
  const folder = file.replace(/\/?[^/]*$/, "");
  const end = code.includes("END_OF_FILE") ? "END_OF_THIS_FILE" : "END_OF_FILE";
  return `${folder && `mkdir -p ${quoted(folder)}\n`}cat > ${quoted(file)} << '${end}'\n${code}${end}`;
}

/* The route's blocks with a command, up to the end of the last step. */
function blocks() {
  const taken = tabsOf(route);
  const others = tabs().filter(({ panel }) => !taken.some((tab) => tab.panel === panel));
  const last = sectionOf(links().at(-1));
  let step = "";
  let isOver = false;
  return all("article :is(h2, div.highlight)").flatMap((node) => {
    if (node.matches("h2")) {
      isOver ||= step === last;
      step = node.id;
      return [];
    }
    const command = !isOver && !others.some(({ panel }) => panel.contains(node)) && commandOf(node);
    return command ? [{ step, node, command }] : [];
  });
}

/* The route's commands, without those of steps that are done. What has an example value, and what
   follows it, waits for the reader's value. */
function commands() {
  const ready = [];
  for (const { step, node, command } of blocks()) {
    if (sections("checked").includes(step)) continue;
    const names = exampleNames(node.querySelectorAll("[data-live]"));
    if (names.length) return [ready, names];
    ready.push(command);
  }
  return [ready, []];
}

/* Ticks the steps that end with a block whose values, and those of the step's other blocks, the reader
   has got since the last time, however they came; takes the tick back where they are gone. */
export function tick() {
  if (!list) return;
  const found = blocks();
  for (const link of links()) {
    const box = link.previousSibling;
    // an admonition checks the step
    const nodes = found.flatMap(({ step, node }) => (step !== sectionOf(link) || node.closest(".admonition") ? [] : node));
    if (!nodes.at(-1)?.liveAsked) continue;
    const was = !!box.isGiven;
    const is = (box.isGiven = isSet(nodes.flatMap(({ liveAsked = [] }) => liveAsked)));
    if (was === is || box.checked === is) continue;
    box.click();
    if (is) add(sentenceFor("step_done", link.textContent));
  }
}

/* Writes the route and the section into the address, where the theme writes the tab. */
export function showAddress() {
  if (!route) return;
  const url = new URL(location);
  url.searchParams.set("route", nameOf(route));
  const tab = targetOf(url.hash);
  if (tab?.matches(".tabbed-set > input")) {
    const before = all("article :is(h2, h3)[id]").filter((heading) => heading.compareDocumentPosition(tab) & 4);
    url.hash = before.at(-1)?.id ?? "";
  }
  history.replaceState(history.state, "", url);
}

function enterRoute(text) {
  route = text;
  choose(route);
  list.querySelector(".live__actions").hidden = !tabs().some(({ text, panel }) => text === route && panel.querySelector(RUN));
  for (const input of all(".live-route input")) input.checked = input.value === route;
  tick();
}

const routes = () => all(".live-route input").map(({ value }) => value);

/* What the address and the file of a route are called: its label, as simple as other routes allow. */
function nameOf(text) {
  const simple = slug(text);
  return simple && !routes().some((other) => other !== text && slug(other) === simple) ? simple : text;
}

/* Takes the route of a tab that the reader chooses, and keeps the marks of steps. */
export function onTabOrRoute({ target }) {
  if (target.name === "live-route") tabs().find(({ text }) => text === target.value).input.click(); // the theme remembers it
  const text = tabs().find(({ input }) => input === target)?.text;
  if (routes().includes(text)) {
    enterRoute(text);
    showAddress();
  }
  if (!list?.contains(target)) return;
  const { checked } = target;
  showMarks(); // another tab may have made some since
  target.checked = checked;
  try {
    localStorage.setItem(key + location.pathname, [sections("checked"), sections("isGiven").map((id) => "=" + id)]);
  } catch {}
}

export async function copyOrDownload({ target }) {
  if (!/live-(copy|save)/.test(target.className)) return;
  const [ready, names] = commands();
  if (!ready.length) return showNote(list, withExamples("nothing_ready", names), names);
  const text = `${ready.join("\n\n")}\n`;
  const say = (key) => sentenceFor(key, ready.length, route);
  let sentence = say("route_downloaded");
  if (target.matches(".live-copy")) sentence = await copy(text, say("route_copied"));
  else make("a", { download: `${nameOf(route)}.sh`, href: `data:text/plain,${encodeURIComponent(`#!/usr/bin/env bash\nset -e\n\n${text}`)}` }).click();
  showNote(list, sentence + (names.length ? ` ${withExamples("go_on", names)}` : ""), names);
}

/* Marks the steps that are done, as the browser has them stored, with those whose values were given then. */
export function showMarks() {
  try {
    const earlier = localStorage.getItem(key + location.pathname).split(",");
    for (const link of links()) {
      link.previousSibling.checked = earlier.includes(sectionOf(link));
      link.previousSibling.isGiven ??= earlier.includes("=" + sectionOf(link));
    }
  } catch {}
}

/* Shows the marks and the route that the reader had, or the one in the address, and returns that. */
export function showSteps() {
  [list, route] = [document.querySelector(".live-steps")];
  if (!list) return;
  showMarks();
  all(".live-steps [hidden]").forEach((node) => (node.hidden = false));
  const named = new URL(location).searchParams.get("route");
  const shown = tabs().find((tab) => tab.input.checked && routes().includes(tab.text));
  if (shown) enterRoute(routes().find((text) => nameOf(text) === named) ?? shown.text);
  else tick();
  return named;
}
