import { InvalidInput } from './errors.js';

/** What `toJson` makes of a T: every bigint, branded or not, is a decimal string; the rest keeps its shape. */
export type JsonOf<T> = T extends bigint
  ? string
  : T extends string | number | boolean | null
    ? T
    : T extends readonly (infer Item)[]
      ? JsonOf<Item>[]
      : T extends object
        ? { -readonly [Key in keyof T]: JsonOf<T[Key]> }
        : T;

/**
 * A plain JSON value of domain data: bigints become decimal strings, properties that are undefined are left out.
 * @throws InvalidInput for what JSON would lose in silence: NaN, infinities, functions, symbols, dates, maps and class instances
 */
export function toJson<T>(value: T): JsonOf<T> {
  return convert(value, 'value') as JsonOf<T>;
}

function convert(value: unknown, path: string): unknown {
  if (typeof value === 'bigint') return bigintText(value);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new InvalidInput(path, String(value), 'a finite number');
    return value;
  }
  if (Array.isArray(value)) return value.map((item, index) => convert(item, `${path}[${index}]`));
  if (typeof value === 'object' && isPlain(value)) {
    const kept = Object.entries(value).filter(([, item]) => item !== undefined);
    return Object.fromEntries(kept.map(([key, item]) => [key, convert(item, `${path}.${key}`)]));
  }
  throw new InvalidInput(path, typeof value === 'object' ? 'an instance of a class' : typeof value, 'plain data');
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The bigint as decimal text, the form in which it is stored and sent. */
export const bigintText = (value: bigint): string => value.toString(10);

/** The bigint that decimal text names. @throws InvalidInput when it is not a whole number in decimal digits */
export function bigintFromText(text: string): bigint {
  if (!/^-?\d+$/.test(text)) throw new InvalidInput('whole number', JSON.stringify(text), 'decimal digits');
  return BigInt(text);
}
