import { distinct, escape, objection, own, sentence, slug } from "./text.mjs";

/* Values: the reader's in place of the publisher's. A form is what mkdocs.yml declares:
   {parameters, derived, overrides}. */

export const FIELD = /\{([A-Za-z_]\w*)(?:\.(\w+)|(\|slug))?\}/g;

/* Whether a parameter allows `text` beside the values of the others. */
export function fits(parameter, text, valueOf) {
  if (typeof text !== "string" || objection(text, parameter.characters)) return false;
  if (parameter.options) return parameter.options.includes(text);
  const source = parameter.pattern.replace(FIELD, (_, name) => escape(valueOf(name)));
  return new RegExp(`^(?:${source})$`, "u").test(text);
}

/* The values, by a function of the name. What does not fit gives way to the publisher's, or to the
   default. */
export function resolve(form, chosen) {
  const values = Object.create(null);
  const fill = (_, name, property, slugged) => {
    const text = valueOf(name);
    if (!property) return slugged ? slug(text) : text;
    return propertyOf(form.parameters[name], text, property);
  };
  const find = (name) => {
    const parameter = own(form.parameters, name);
    const given = parameter && [own(chosen, name), own(form.overrides, name)];
    const template = parameter ? parameter.default : own(form.derived, name);
    return given?.find((text) => fits(parameter, text, valueOf)) ?? template?.replace(FIELD, fill);
  };
  const valueOf = (name) => (values[name] ??= find(name));
  return valueOf;
}

/* The choice with a parameter set to `text`, and why not. */
export function withValue(form, chosen, name, text) {
  const parameter = form.parameters[name];
  const next = { ...chosen, [name]: text || undefined };
  const holds = (state) => !text || resolve(form, state)(name) === text;
  for (const [, other] of (parameter.pattern ?? "").matchAll(FIELD)) {
    if (holds(next)) break;
    const option = form.parameters[other]?.options?.find((one) => holds({ ...next, [other]: one }));
    if (option) next[other] = option; // a rack chooses its network
  }
  if (!holds(next)) {
    if (parameter.options) return [chosen, sentence(form, "option", meant(parameter, text).length, parameter.options.length)];
    const [key, sign] = objection(text, parameter.characters) ?? ["format"];
    return [chosen, sentence(form, key, own(form.signs, sign) ?? sign)];
  }
  const valueOf = resolve(form, next);
  for (const [other, { label }] of Object.entries(form.parameters)) {
    if (!fits(form.parameters[other], valueOf(other), valueOf))
      return [chosen, sentence(form, "spoils", label, valueOf(other), label)];
  }
  if (!slug(valueOf(name)) && JSON.stringify(form).includes(`{${name}|slug}`))
    return [chosen, sentence(form, "no_letter")];
  const before = resolve(form, chosen)(name);
  // what has the former value in it, as by default, such as a URL with an ID, gives way too
  const isOld = (one, value) => before !== valueOf(name) && form.parameters[one].default.includes(`{${name}}`) && value.match(/[\w-]+/g)?.includes(before);
  const kept = Object.entries(next).filter(([one, value]) => value === valueOf(one) && value !== resolve(form, { ...next, [one]: undefined })(one) && !isOld(one, value));
  return [Object.fromEntries(kept), ""];
}

/* The choice with the valid values of `given`, their names, and why not the rest. */
export function withValues(form, chosen, given) {
  const why = {};
  const names = Object.keys(form.parameters).filter((name) => typeof own(given, name) === "string");
  // twice, since one may need what comes after it
  for (const name of [...names, ...names])
    [chosen, why[name]] = withValue(form, chosen, name, given[name].trim());
  const refused = names.filter((name) => why[name]);
  return [chosen, names.filter((name) => !why[name]), refused.map((name) => sentence(form, "why", form.parameters[name].label, why[name]))];
}

/* The parameters that a mark shows the values of. */
export function parametersOf(form, mark) {
  const [name] = mark.split("?");
  if (own(form.parameters, name)) return [name];
  return distinct([...(own(form.derived, name) ?? "").matchAll(FIELD)].flatMap(([, other]) => parametersOf(form, other)));
}

/* Those whose examples it shows: neither the publisher's own values nor the reader's. */
export function examples(form, setNames, mark) {
  const found = new Set();
  const visit = (name) => {
    const parameter = own(form.parameters, name);
    if (parameter && setNames.some((one) => one === name || own(form.parameters, one)?.pattern?.includes(`{${name}}`))) return;
    if (parameter?.example) return found.add(name);
    for (const [, other] of (parameter?.default ?? own(form.derived, name) ?? "").matchAll(FIELD)) visit(other);
  };
  if (!mark.includes("?")) visit(mark);
  return [...found];
}

/* What an option has as a property; empty if no option has it. */
export function propertyOf({ properties }, option, property = "name") {
  const [common, others] = properties[property] ?? ["", {}];
  return (own(others, option) ?? common).replace(/\{\}/g, () => option);
}

const simple = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/* The options that `text` may mean: that have it in their code or name, or that it has as a word. */
export function meant(parameter, text) {
  const words = simple(text);
  return (parameter.options ?? []).filter(
    (one) => simple(`${one} ${propertyOf(parameter, one)}`).includes(words) || words.split(/[^a-z0-9-]/).includes(one.toLowerCase()),
  );
}

/* A form as form.py packs it: with " and ' swapped. */
export const unpack = (text) => JSON.parse(text.replace(/["']/g, (one) => (one === "'" ? '"' : "'")));
