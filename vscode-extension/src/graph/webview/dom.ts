/** Elements in one call. Text is always text: nothing is parsed as markup. */

type Attributes = Readonly<Record<string, string | number>>;
type Child = Element | string;

export function html<K extends keyof HTMLElementTagNameMap>(name: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  return dress(document.createElement(name), attributes, children);
}

export function svg<K extends keyof SVGElementTagNameMap>(name: K, attributes: Attributes = {}, ...children: Child[]): SVGElementTagNameMap[K] {
  return dress(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);
}

function dress<E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** A button that says what it does. */
export function button(title: string, label: string, work: () => void): HTMLButtonElement {
  const made = html('button', { type: 'button', title: label, 'aria-label': label }, title);
  made.addEventListener('click', work);
  return made;
}
