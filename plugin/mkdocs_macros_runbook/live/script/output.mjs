import { escape, own, plain } from "./text.mjs";
import { FIELD, put } from "./values.mjs";

/* Values as they stand in what programs print and pages show. */

const PAIR =
  /^ ?(?:export )?(["']?)([A-Za-z_][\w. -]*)\1 ?[:=] ?(["']?)([^\s"'](?:[^"'\n]*[^\s"',])?)\3,? ?\r?$/gm;
const COLUMNS = /^ ?([\w.-]+) ([^\s:=]\S*) ?\r?$/gm;

/* The values in the output of a program, by plain names, as in values/printed_values.py. */
export function printed(output) {
  const text = output.slice(0, 200000).replace(/[ \t]+/g, " "); // a run of spaces takes no longer than one
  const found = new Map();
  const add = (name, value) => found.has(name) || found.set(name, value);
  let level = [];
  try {
    level = [["", JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1))]];
  } catch {}
  for (let depth = 0; depth < 50; depth++) level = level.flatMap(([path, value]) => {
    if (value && typeof value === "object")
      return Object.entries(value).map(([key, one]) => [Array.isArray(value) ? path : `${path}.${key}`, one]);
    const names = path.split(".").map(plain);
    if (value !== null) for (const at of names.keys()) add(names.slice(-1 - at).join(""), String(value));
    return [];
  });
  for (const [, , name, , value] of text.matchAll(PAIR)) add(plain(name), value);
  for (const [, name, value] of text.matchAll(COLUMNS)) add(plain(name), value);
  return found;
}

/* Where a text has the value of a parameter: as its declaration finds it, or, where the value has an
   option of another in it, as its pattern does. */
function* within({ parameters }, name, text) {
  const { find, pattern = "" } = parameters[name];
  if (find) yield text.match(new RegExp(find, "u"))?.[1];
  if (!pattern.match(FIELD)) return;
  const source = pattern.replace(
    FIELD,
    (_, other) => `(?:${(parameters[other].options ?? []).map(escape).join("|") || "(?!)"})`,
  );
  yield text.match(new RegExp(`(?<![\\w-])(?:${source})(?![\\w-])`, "u"))?.[0];
}

/* The values of parameters in an output: by the names that it has for some, by their own or by their
   labels, or where it has them. */
export function gather(form, output, sources = {}) {
  const found = printed(output);
  const given = {};
  for (const [name, { label }] of Object.entries(form.parameters)) {
    const named = [own(sources, name) ?? name, name, label].map((one) => found.get(plain(one)));
    const value = [...named, ...within(form, name, output)].find(Boolean);
    if (value) given[name] = value;
  }
  return given;
}

/* The value that is meant by a text with more around it, or less: with quotation marks, or without
   the scheme and the slash that the default has. Else the text. */
export function mend(form, chosen, name, text, sources) {
  const typed = text.trim().replace(/[\u2018\u2019]/g, "'").replace(/\s+/g, " ");
  const bare = typed.replace(/^["'`]|["'`]?[,;]?$/g, "");
  const [, scheme, slash] = form.parameters[name].default.match(/^(https:\/\/)?.*?(\/)?$/);
  const host = bare.replace(/^https?:\/\//i, "").replace(/\/$/, "");
  const forms = [bare, `${scheme ?? ""}${host}${slash ?? ""}`];
  for (const some of [[text.trim(), typed], [gather(form, text, sources)[name], ...within(form, name, text)], forms, forms.map((one) => one.toLowerCase())]) {
    const value = some.find((one) => one && !put(form, chosen, name, one)[1]);
    if (value) return value;
  }
  return text.trim();
}
