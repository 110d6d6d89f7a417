/** Hundredths of a percent out of what was typed; null when it is no percentage of two decimals. */
export function bpsOf(text: string): number | null {
  const match = /^\s*(\d{1,2})(?:[.,](\d{1,2}))?\s*$/.exec(text);
  return match === null ? null : Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
}

/** An amount out of what was typed, separators taken off; null when it is none. */
export function amountOf(text: string): string | null {
  const plain = text.replace(/[\s,\u00a0]/g, '');
  return /^\d{1,30}(\.\d{1,18})?$/.test(plain) ? plain : null;
}

/** A number between two bounds out of what was typed, with a point or a comma, as decimal text; null when it is none or lies outside. */
export function between(text: string, least: number, most: number): string | null {
  const plain = text.trim().replace(',', '.');
  return /^\d{1,9}(\.\d{1,4})?$/.test(plain) && Number(plain) >= least && Number(plain) <= most ? plain : null;
}
