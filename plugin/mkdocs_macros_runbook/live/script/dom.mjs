/* Elements of the page. */

export const all = (selector) => [...document.querySelectorAll(selector)];

export function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const name in attributes) if (attributes[name]) node.setAttribute(name, attributes[name]);
  node.append(...children);
  return node;
}

export function button(label, act) {
  const node = make("button", { type: "button", class: "md-button" }, label);
  node.onclick = act;
  return node;
}
