/* Texts: what a value may be, and what is made of one. */

export const escape = (text) => text.replace(/[.+*?^$(){}|[\]\\]/g, "\\$&");
export const own = (object, name) => (Object.hasOwn(object, name) ? object[name] : undefined);

export function slug(text) {
  const plain = text.normalize("NFKD").replace(/[^\0-\x7f]/g, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
}

/* The last two labels of the host in a URL, or of a host alone, unless it is an address of numbers, or
   a name and a password come before it. */
export const site = (text) => text.match(/^(https:\/\/)?[\w.-]*?([\w-]+\.[a-z]+)(:\d+)?(\/|$)/)?.[2];

/* What the form says: a text of values/texts.json, or the publisher's, with `parts` in it. */
export const sentence = ({ texts }, key, ...parts) => texts[key].replace(/\{\}/g, () => parts.shift());

/* Why a parameter that declares `characters` may not have a value, as in values/text.py: the key of a
   text, and the character at fault, or the key of a name for it. Nobody sees a default ignorable (DI). */
export function objection(text, characters = "") {
  if (/.{257}/su.test(text)) return ["long"];
  const more = `./${escape(characters)}`;
  const [sign] = text.match(new RegExp(`[^\\p{L}\\p{M}\\p{N} .,:/@%_+${more}-]`, "u")) ?? text.match(/\p{DI}/u) ?? "";
  if (sign) return ["character", /[\p{L}\p{M}\p{C}\p{Z}]/u.test(sign) ? "hidden" : sign];
  if (text && new RegExp(`^[^\\p{L}\\p{N}${more}]| $| {2}`, "u").test(text))
    return ["begin"];
}

/* What a name has in common in all its spellings: rack_name, RackName, "Rack name". */
export const plain = (name) => name.replace(/[^A-Za-z0-9]/g, "").toLowerCase();
