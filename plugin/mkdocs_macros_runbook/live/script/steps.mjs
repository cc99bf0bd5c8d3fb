import { tell } from "./copy.mjs";
import { all, make } from "./dom.mjs";
import { exampleNames, key, word } from "./state.mjs";
import { RUN, choose, isChoosing, tabs, tabsOf } from "./tabs.mjs";

/* The list of the guide's steps: a mark for each, the choice of a route, and its commands. */

let list, route;

const storage = () => `${key}${location.pathname}`;
const slugOf = (text) => text.toLowerCase().replace(/\W+/g, "-");

const done = () => all(".live-steps li :checked + a").map((link) => link.hash);

/* A block as a shell takes it: commands, or a file that its title names. */
function commandOf(block) {
  const code = block.querySelector("code").textContent;
  if (block.matches(RUN)) return code.trim();
  const file = block.querySelector(".filename")?.textContent;
  return !block.matches(".live-apart") && /^[\w./-]+\.\w+$/.test(file ?? "") && `cat > ${file} << 'END_OF_FILE'\n${code}END_OF_FILE`;
}

/* The route's blocks up to the end of its last step, without those of steps that are done. What has
   an example value, and what follows it, waits for the reader's value. */
function commands() {
  const taken = tabsOf(route);
  const others = tabs().filter(({ panel }) => !taken.some((tab) => tab.panel === panel));
  const last = [...list.querySelectorAll("li a")].at(-1).hash;
  const ready = [];
  let step = "";
  for (const node of all("article :is(h2, .highlight)")) {
    if (node.matches("h2")) {
      if (step === last) break;
      step = `#${node.id}`;
    } else if (!done().includes(step) && !others.some(({ panel }) => panel.contains(node)) && commandOf(node)) {
      const names = exampleNames(node);
      if (names.length) return [ready, names];
      ready.push(commandOf(node));
    }
  }
  return [ready, []];
}

/* Writes the route and the section into the address, where the theme writes the tab. */
function address() {
  const url = new URL(location);
  url.searchParams.set("route", slugOf(route));
  const tab = document.getElementById(url.hash.slice(1));
  if (tab?.matches(".tabbed-set > input")) {
    const before = all("article :is(h2, h3)[id]").filter((heading) => heading.compareDocumentPosition(tab) & 4);
    url.hash = before.at(-1)?.id ?? "";
  }
  history.replaceState(history.state, "", url);
}

function enterRoute(text) {
  route = text;
  choose(route);
  list.querySelector(".live__actions").hidden = !tabs().some((tab) => tab.runs && tab.text === route);
  for (const input of all(".live-route input")) input.checked = input.value === route;
}

/* Takes the route of a tab that the reader chooses, and keeps the marks of steps. */
export function turn({ target }) {
  const tab = !isChoosing && tabs().find(({ input }) => input === target);
  const text = tab ? tab.text : target.name === "live-route" && target.value;
  if (all(".live-route input").some(({ value }) => value === text)) {
    if (!tab) tabs().find((one) => one.text === text).label.click(); // the theme remembers it
    enterRoute(text);
    address();
  }
  try {
    if (target.type === "checkbox" && list?.contains(target)) localStorage.setItem(storage(), done());
  } catch {}
}

export function hand({ target }) {
  const isCopy = target.matches?.(".live-copy");
  if (!isCopy && !target.matches?.(".live-save")) return;
  const [ready, names] = commands();
  const text = `${ready.join("\n\n")}\n`;
  if (!ready.length) return tell(list, word("nothing_ready"), names);
  if (isCopy) navigator.clipboard.writeText(text);
  else make("a", { download: `${slugOf(route)}.sh`, href: `data:text/plain;charset=utf-8,${encodeURIComponent(`#!/usr/bin/env bash\nset -e\n\n${text}`)}` }).click();
  const rest = names.length ? ` ${word("go_on")}` : "";
  tell(list, word("route_blocks", route, ready.length) + rest, names);
}

export function showSteps() {
  list = document.querySelector(".live-steps");
  if (!list) return;
  try {
    const earlier = localStorage.getItem(storage()).split(",");
    for (const input of list.querySelectorAll("li input")) input.checked = earlier.includes(input.nextSibling.hash);
  } catch {}
  for (const node of list.querySelectorAll("[hidden]")) node.hidden = false;
  const named = new URLSearchParams(location.search).get("route");
  const routes = all(".live-route input").map(({ value }) => value);
  const shown = tabs().find((tab) => tab.input.checked && routes.includes(tab.text));
  if (shown) enterRoute(routes.find((text) => slugOf(text) === named) ?? shown.text);
  if (named && location.hash) document.querySelector(location.hash)?.scrollIntoView();
}
