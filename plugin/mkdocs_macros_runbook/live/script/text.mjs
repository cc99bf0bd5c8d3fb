/* Texts: what a value may be, and what is made of one. */

const INVISIBLE =
  /[\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u;

export const escape = (text) => text.replace(/[.+*?^$(){}|[\]\\/]/g, "\\$&");
export const own = (object, name) => (Object.hasOwn(object, name) ? object[name] : undefined);

export function slug(text) {
  const plain = text.normalize("NFKD").replace(/[^\0-\x7f]/g, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
}

/* Why no parameter may have a value, as in values/text.py. */
export function objection(text) {
  if (text.length > 512 || [...text].length > 256) return "has more than 256 characters";
  if (/[^\p{L}\p{M}\p{N} .,:/@%_-]/u.test(text) || INVISIBLE.test(text))
    return "contains a character that could break the page or a command";
  if (/^[^\p{L}\p{N}]|^$| $| {2}/u.test(text))
    return "must begin with a letter or digit, and must not have extra spaces";
  if (/^\p{Nd}+\.( |$)|:[\p{L}\p{N}_+-]+:|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/u.test(text))
    return "could be read as markup";
  return "";
}

/* What a name has in common in all its spellings: rack_name, RackName, "Rack name". */
export const plain = (name) => name.replace(/[^A-Za-z0-9]/g, "").toLowerCase();
