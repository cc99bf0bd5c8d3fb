/* Elements of the page. */

export const all = (selector) => [...document.querySelectorAll(selector)];

export const remove = (selector) => all(selector).forEach((node) => node.remove());

export function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const name in attributes) if (attributes[name]) node.setAttribute(name, attributes[name]);
  node.append(...children);
  return node;
}
