/* Texts: what a value may be, and what is made of one. */

export const escape = (text) => text.replace(/[.+*?^$(){}|[\]\\]/g, "\\$&");
export const own = (object, name) => (Object.hasOwn(object, name) ? object[name] : undefined);

export function slug(text) {
  const plain = text.normalize("NFKD").replace(/[^\0-\x7f]/g, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
}

/* Where everybody can have a host: of countries, and of those who publish sites of others. */
const SHARED = /^((com?|org|net|ac|gov|edu|go|or|ne)\.[a-z]{2}|(github|gitlab|readthedocs)\.io|(cloudfront|azurewebsites|herokuapp|web|pages|vercel|netlify|workers|fly|onrender|firebaseapp|blogspot|streamlit|ngrok-free)\.(com|app|dev|net))$/;

/* The host of a URL of any scheme, of an address as git has it, or one that stands alone. */
function hostOf(text) {
  const host = "([\\p{L}\\p{N}_.-]+|\\[[\\da-f:]+\\])(:\\d+)?(?=[/?#]|$)";
  const url = text.match(new RegExp(`^[a-z][a-z\\d+.-]*://(?:[^/?#]*@)?${host}`, "iu")) ?? text.match(/^[\w.-]+@([\p{L}\p{N}_.-]+):/u);
  const [, alone, port] = text.match(new RegExp(`^${host}`, "iu")) ?? [];
  const isHost = port || /\.[\p{L}\p{N}_-]*\p{L}$|^(\d+\.){3}\d+$/u.test(alone);
  return (url?.[1] ?? (isHost ? alone : undefined))?.toLowerCase();
}

/* The site of a text, if another names a host that is not on it. */
export function siteLeft(was, is, isExample) {
  const own = site(was, isExample);
  return `.${hostOf(is)}`.endsWith(`.${own}`) ? undefined : own;
}

/* What tells the site of a URL, or of a host alone, unless a name and a password come before it: the
   last two labels of its host, or all of it if it is an address of numbers or, of one that is no
   example, if it is long, or where others have a host beside it. */
export function site(text, isExample) {
  const host = hostOf(text);
  if (!host) return;
  const [two] = host.match(/[\p{L}\p{N}_-]+\.\p{L}+$/u) ?? [];
  return !two || (!isExample && (SHARED.test(two) || /(.*\.){3}/.test(host))) ? host : two;
}

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

export const distinct = (values) => [...new Set(values)];

/* What a name has in common in all its spellings: rack_name, RackName, "Rack name". */
export const plain = (name) => name.replace(/[^A-Za-z0-9]/g, "").toLowerCase();
