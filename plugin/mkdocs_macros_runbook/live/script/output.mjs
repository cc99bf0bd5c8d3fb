import { escape, own, plain } from "./text.mjs";
import { FIELD, meant, withValue } from "./values.mjs";

/* Values as they stand in what programs print and pages show, by the patterns of values/printed_values.json. */

const cleaned = ({ output }, text) =>
  output.cleaned.reduce((rest, [pattern, plain]) => rest.replace(new RegExp(pattern, "g"), plain), text.slice(-2e5).replace(/[\w.-]{600,}/g, " "));

/* The values of JSON with their paths. */
const leaves = (value, path) =>
  value && typeof value === "object"
    ? Object.entries(value).flatMap(([key, one]) => leaves(one, Array.isArray(value) || (path[0] && key === "value") ? path : [...path, plain(key)]))
    : [[path, value]];

/* What an output calls by a name, in any spelling, as in values/printed_values.py. */
export function printed(form, output, name) {
  const text = cleaned(form, output);
  const wanted = plain(name);
  if (!wanted) return;
  const { named, excluded, separator, option, end } = form.output;
  try {
    const found = leaves(JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1)), [])
      .sort((one, other) => one[0].length - other[0].length)
      .find(([path, value]) => value !== null && path.some((_, at) => path.slice(at).join("") === wanted));
    if (found) return String(found[1]);
  } catch {}
  let loose;
  for (const [, head, gap, rest] of text.matchAll(new RegExp(named.replace("{}", [...wanted].join("['_. -]?")), "gim"))) {
    // after a space alone there is a column, if nothing else is in the line
    if (gap.match(excluded) || !((gap === " " && head !== undefined && !/\s/.test(rest)) || gap.match(separator) || head?.match(option))) continue;
    const quote = gap.match(/["'`]$/);
    const [value, more] = rest.split(new RegExp(quote ? `\\\\?${quote}` : end));
    if (!value || (quote && more === undefined) || /^(null|None)$/.test(value)) continue;
    if (head !== undefined) return value;
    loose ??= value;
  }
  return loose;
}

/* Where a text has the value of a parameter: as its declaration finds it, or, where the value has an
   option of another in it, as its pattern does. */
function* within({ parameters }, name, text) {
  const { find, pattern = "" } = parameters[name];
  for (const one of find ?? []) yield text.match(new RegExp(one, "u"))?.[1];
  if (!pattern.match(FIELD)) return;
  const source = pattern.replace(
    FIELD,
    (_, other) => `(?:${(parameters[other].options ?? []).map(escape).join("|") || "(?!)"})`,
  );
  yield text.match(new RegExp(`(?<![\\w-])(?:${source})(?![\\w-])`, "u"))?.[0];
}

/* The values of parameters in an output: by the names that it has for some, by their own or by their
   labels, or where it has them. */
export function valuesIn(form, output, outputNames = {}) {
  const given = {};
  for (const [name, { label }] of Object.entries(form.parameters)) {
    const named = [own(outputNames, name) ?? name, name, label].map((one) => printed(form, output, one));
    const values = [...named, ...within(form, name, cleaned(form, output))].filter(Boolean);
    const valid = values.find((one) => !withValue(form, {}, name, one)[1]);
    const [option, other] = values[0] ? meant(form.parameters[name], values[0]) : [];
    const value = valid ?? (other ? values[0] : option ?? values[0]);
    if (value) given[name] = value;
  }
  return given;
}

/* The value that is meant by a text with more around it, or less: with quotation marks, or without
   the scheme and the slash that the default has, or the URL of a file there, or with capitals where there
   are none, of which no more are made small than must be. Else the text. */
export function repaired(form, chosen, name, text, outputNames) {
  const parameter = form.parameters[name];
  const typed = cleaned(form, text).trim().replace(/\s+/g, " ");
  // an apostrophe may begin a name
  const bare = typed.replace(/^["'`]?(.*?)["'`]?[,;.]?$/, (all, inside) => (/^'\p{L}[^']*$/u.test(typed) ? all : inside));
  const [, scheme = "", slash = ""] = parameter.default.match(/^(https:\/\/)?.*?(\/)?$/);
  const host = bare.replace(/^https?:\/\//i, "").replace(scheme ? /(\/[^/]+\.[a-z]+|\/)?([?#].*)?$/i : /\/$/, "");
  const forms = [bare, `${scheme}${host}${slash}`];
  const isValid = (one) => one && !withValue(form, chosen, name, one)[1];
  const lowered = (one) => (isValid(one.toLowerCase()) ? [...one.matchAll(/[A-Z]/g)] : []).map(({ index }) => one.slice(0, index + 1).toLowerCase() + one.slice(index + 1));
  const options = meant(parameter, typed);
  const tried = [text.trim(), typed, typed.normalize(), valuesIn(form, text, outputNames)[name], options[1] ? typed : options[0], ...forms, ...forms.flatMap(lowered)];
  return tried.find(isValid) ?? tried[0];
}
