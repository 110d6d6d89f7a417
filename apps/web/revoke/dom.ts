/** Builds elements. Text goes in as text, never as markup: what a token calls itself stays a word. */
type Child = Node | string | null | false;
type Props = Readonly<Record<string, string | boolean | ((event: Event) => void) | null>>;

export function el<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: readonly Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null && child !== false));
  return element;
}

/** Puts new content into a place. The focus stays on the element of the same `id`, if there still is one. */
export function fill(place: HTMLElement, ...children: readonly Child[]): void {
  const focused = document.activeElement instanceof HTMLElement && place.contains(document.activeElement) ? document.activeElement.id : '';
  place.replaceChildren(...children.filter((child) => child !== null && child !== false));
  if (focused !== '') document.getElementById(focused)?.focus();
}

const SHAPES = {
  circle: ['M8 1.4a6.6 6.6 0 1 0 0 13.2A6.6 6.6 0 0 0 8 1.4Z', 'm5.3 8.2 1.9 1.9 3.5-4'],
  diamond: ['M8 1.3 14.7 8 8 14.7 1.3 8Z', 'M8 5.2v3.3M8 10.7v.05'],
  octagon: ['M5 1.4h6L14.6 5v6L11 14.6H5L1.4 11V5Z', 'm5.8 5.8 4.4 4.4m0-4.4-4.4 4.4'],
  info: ['M8 1.4a6.6 6.6 0 1 0 0 13.2A6.6 6.6 0 0 0 8 1.4Z', 'M8 7.5v3.6M8 4.9v.05'],
} as const;
export type Shape = keyof typeof SHAPES;

export function shape(name: Shape, size = 14): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  for (const [key, value] of Object.entries({ width: String(size), height: String(size), viewBox: '0 0 16 16', fill: 'none', stroke: 'currentColor', 'stroke-width': '1.6', 'stroke-linecap': 'round', 'stroke-linejoin': 'round', 'aria-hidden': 'true' })) svg.setAttribute(key, value);
  for (const path of SHAPES[name]) {
    const drawn = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    drawn.setAttribute('d', path);
    svg.append(drawn);
  }
  return svg;
}

export type Tone = 'safe' | 'watch' | 'danger' | 'plain';
const TONE_SHAPE: Readonly<Record<Tone, Shape>> = { safe: 'circle', watch: 'diamond', danger: 'octagon', plain: 'info' };

/** A state: shape, word and colour. */
export const chip = (tone: Tone, word: string): HTMLElement => el('span', { class: `chip ${tone}` }, shape(TONE_SHAPE[tone]), word);

export const banner = (tone: 'danger' | 'watch' | 'blind', title: string, text: string, action: Child = null): HTMLElement =>
  el('section', { class: `banner ${tone}`, role: tone === 'danger' ? 'alert' : null, 'aria-label': title }, shape(tone === 'danger' ? 'octagon' : 'diamond', 20), el('div', { class: 'banner-body' }, el('b', {}, title), el('p', {}, text)), action);

export const button = (id: string, text: string, onClick: () => void, kind: '' | 'primary' = '', disabled = false): HTMLButtonElement =>
  el('button', { type: 'button', id, class: `button small ${kind}`.trim(), disabled, click: onClick }, text);

export const pairs = (rows: ReadonlyArray<readonly [label: string, value: Child, note?: string]>): HTMLElement =>
  el('dl', { class: 'pairs' }, ...rows.map(([label, value, note]) => el('div', {}, el('dt', {}, label), el('dd', {}, value, note === undefined ? null : el('span', { class: 'note' }, note)))));

/** A value that can be selected and copied whole. */
export const mono = (text: string): HTMLElement => el('span', { class: 'mono whole' }, text);
