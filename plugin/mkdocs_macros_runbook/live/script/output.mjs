import { distinct, escape, own, plain } from "./text.mjs";
import { FIELD, meant, withValue } from "./values.mjs";

/* Values as they stand in what programs print and pages show, by the patterns of values/printed_values.json. */

const cleaned = ({ output }, text, first) =>
  output.cleaned.slice(first).reduce((rest, [pattern, plain]) => rest.replace(new RegExp(pattern, "g"), plain), text.slice(-2e5));

/* The values of JSON with their paths. */
const leaves = (value, path) =>
  value && typeof value === "object"
    ? Object.entries(value).flatMap(([key, one]) => leaves(one, Array.isArray(value) || (path[0] && key === "value") ? path : [...path, plain(key)]))
    : [[path, value]];

/* The values that an output calls by a name, in any spelling, as in values/printed_values.py. */
export function printed(form, output, name) {
  const text = cleaned(form, output, 1); // in JSON, a value may be long
  const wanted = plain(name);
  if (!wanted) return [];
  const { named, excluded, separator, option, end } = form.output;
  try {
    const byDepth = [];
    for (const [path, value] of leaves(JSON.parse(`[${text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1)}]`), []))
      if (path.some((_, at) => path.slice(at).join("") === wanted)) (byDepth[path.length] ??= []).push(value);
    const found = byDepth.find((some) => some);
    if (found) return distinct(found.filter((value) => value !== null).map(String));
  } catch {}
  const strict = [];
  const loose = [];
  for (const [, head, gap, rest] of cleaned(form, output).matchAll(new RegExp(named.replace("{}", [...wanted].join("['_. -]?")), "gim"))) {
    // after a space alone there is a column, if nothing else is in the line
    if (gap.match(excluded) || !((gap === " " && head !== undefined && !/\s/.test(rest)) || gap.match(separator) || head?.match(option))) continue;
    const quote = gap.match(/["'`]$/);
    const [value, more] = rest.split(new RegExp(quote ? `\\\\?${quote}` : end));
    if (!value || (quote && more === undefined) || /^(null|None)$/.test(value)) continue;
    (head === undefined ? loose : strict).push(value);
  }
  return distinct(strict[0] ? strict : loose);
}

/* Where a text has the value of a parameter: as its declaration finds it, or, where the value has an
   option of another in it, as its pattern does. */
function within({ parameters }, name, text) {
  const { find = [], pattern = "" } = parameters[name];
  const source = pattern.replace(
    FIELD,
    (_, other) => `(?:${(parameters[other].options ?? []).map(escape).join("|") || "(?!)"})`,
  );
  const sources = source === pattern ? find : [...find, `(?<![\\w-])(${source})(?![\\w-])`];
  return sources.map((one) => distinct([...text.matchAll(new RegExp(one, "gu"))].map(([, value]) => value)));
}

/* The values of parameters in an output: by the names that it has for some, by their own or by their
   labels, or where it has them; where it has several, their number. */
export function valuesIn(form, output, outputNames = {}) {
  const given = {};
  for (const [name, parameter] of Object.entries(form.parameters)) {
    const named = [own(outputNames, name) ?? name, name, parameter.label].map((one) => printed(form, output, one));
    const found = [...named, ...within(form, name, cleaned(form, output))];
    const isValid = (one) => one && !withValue(form, {}, name, one)[1];
    const some = [...found.map((values) => values.filter(isValid)), ...found].find(([one]) => one) ?? [];
    const [text = "", more] = some;
    const [option, other] = meant(parameter, text);
    const value = more ? some.length : other ? text : option ?? text;
    if (value) given[name] = value;
  }
  return given;
}

/* The value that is meant by a text with more around it, or less: with quotation marks, or without
   the scheme and the slash that the default has, or the URL of a file there, or with capitals where there
   are none, of which no more are made small than must be. Else the text. */
export function repaired(form, chosen, name, text, outputNames) {
  const parameter = form.parameters[name];
  const typed = cleaned(form, text).trim().replace(/\s+/g, " ").normalize();
  // an apostrophe may begin a name
  const bare = typed.replace(/^["'`]?(.*?)["'`]?[,;.]?$/, (all, inside) => (/^'\p{L}[^']*$/u.test(typed) ? all : inside));
  const [, scheme = "", slash = ""] = parameter.default.match(/^(https:\/\/)?.*?(\/)?$/);
  const host = bare.replace(/^https?:\/\//i, "").replace(scheme ? /(\/[^/]+\.[a-z]+|\/)?([?#].*)?$/i : /\/$/, "");
  const forms = [bare, `${scheme}${host}${slash}`];
  const isValid = (one) => one?.[0] && !withValue(form, chosen, name, one)[1];
  const lowered = (one) => (isValid(one.toLowerCase()) ? [...one] : []).map((_, at) => one.slice(0, at + 1).toLowerCase() + one.slice(at + 1));
  const options = meant(parameter, typed);
  const tried = [text.trim(), typed, valuesIn(form, text, outputNames)[name], options[1] ? typed : options[0], ...forms, ...forms.flatMap(lowered)];
  return tried.find(isValid) ?? tried[0];
}
