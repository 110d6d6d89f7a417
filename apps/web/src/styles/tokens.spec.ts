import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type Rgb = readonly [number, number, number];
type Palette = Readonly<Record<string, string>>;

const sheet = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');
const block = (selector: string): Palette => {
  const start = sheet.indexOf(selector);
  const body = sheet.slice(sheet.indexOf('{', start) + 1, sheet.indexOf('}', start));
  return Object.fromEntries([...body.matchAll(/--([a-z0-9-]+): ([^;]+);/g)].map((match) => [match[1], match[2]]));
};
const themes: Readonly<Record<'dark' | 'light', Palette>> = { dark: block(":root[data-theme='dark'] {"), light: block(":root[data-theme='light'] {") };
const colour = (palette: Palette, name: string): Rgb => {
  const hex = /^#([0-9A-F]{6})$/i.exec(palette[name] ?? '')?.[1];
  if (!hex) throw new Error(`--${name} is ${palette[name]}, expected six hex digits`);
  return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255) as unknown as Rgb;
};
const linear = (rgb: Rgb): Rgb => rgb.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as unknown as Rgb;
const mix = (over: Rgb, under: Rgb, share: number): Rgb => over.map((part, index) => part * share + (under[index] as number) * (1 - share)) as unknown as Rgb;

/** WCAG 2, relative luminance and contrast ratio. */
const luminance = (rgb: Rgb): number => {
  const [r, g, b] = linear(rgb);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a: Rgb, b: Rgb): number => {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
};

/** Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB. */
const BLINDNESS = {
  protan: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deutan: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritan: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
} as const;
const seen = (rgb: Rgb, matrix: readonly (readonly number[])[]): Rgb => {
  const light = linear(rgb);
  return matrix.map((row) => Math.min(1, Math.max(0, row.reduce((sum, weight, index) => sum + weight * (light[index] as number), 0)))) as unknown as Rgb;
};
/** CIE 1976 L*a*b*, D65, from linear RGB. */
const lab = ([r, g, b]: Rgb): Rgb => {
  const f = (t: number): number => (t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29);
  const [x, y, z] = [(0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047, 0.2126 * r + 0.7152 * g + 0.0722 * b, (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883].map(f) as unknown as Rgb;
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
};
const distance = (a: Rgb, b: Rgb): number => Math.hypot(...a.map((part, index) => part - (b[index] as number)));

const SEMANTIC = ['accent', 'safe', 'watch', 'danger', 'act', 'blind'] as const;

describe.each(['dark', 'light'] as const)('the %s palette', (theme) => {
  const palette = themes[theme];
  const of = (name: string): Rgb => colour(palette, name);

  it.each(['text', 'text2', 'text3', 'accent'])('reads as %s on every surface', (name) => {
    for (const surface of ['bg', 'surface', 'raised']) expect(contrast(of(name), of(surface)), `${name} on ${surface}`).toBeGreaterThanOrEqual(4.5);
  });

  it.each(SEMANTIC)('shows %s as text on surfaces and on its own tint', (name) => {
    const share = Number.parseInt(palette['tint'] ?? '', 10) / 100;
    for (const under of [of('surface'), of('raised'), mix(of(name), of('surface'), share)]) expect(contrast(of(name), under)).toBeGreaterThanOrEqual(4.5);
  });

  it('writes readably on the accent', () => expect(contrast(of('on-accent'), of('accent'))).toBeGreaterThanOrEqual(4.5));

  it('draws the borders of controls visibly', () => {
    for (const surface of ['bg', 'surface', 'raised']) expect(contrast(of('edge'), of(surface)), `edge on ${surface}`).toBeGreaterThanOrEqual(3);
  });

  it.each(Object.keys(BLINDNESS) as (keyof typeof BLINDNESS)[])('keeps states apart for %s eyes', (kind) => {
    const labs = SEMANTIC.map((name) => lab(seen(of(name), BLINDNESS[kind])));
    for (let left = 0; left < labs.length; left += 1) {
      for (let right = left + 1; right < labs.length; right += 1) expect(distance(labs[left] as Rgb, labs[right] as Rgb), `${SEMANTIC[left]} and ${SEMANTIC[right]}`).toBeGreaterThanOrEqual(12);
    }
  });
});

it('is the same light palette whether the system or the switch chose it', () => {
  expect(block(":root:not([data-theme='dark']) {")).toEqual(themes.light);
});
