import type { Measured } from './case-type.js';
import type { GoldenCase, Tolerance } from './file-schema.js';

/** One value that is not what the file expects. */
export interface Mismatch {
  readonly field: string;
  readonly expected: string;
  readonly got: string;
  readonly tolerance: string;
}

const CHANCE_GREEKS = ['deltaCollateral', 'deltaDebt', 'gammaCollateral', 'gammaDebt', 'vegaCollateral', 'vegaDebt', 'corrSens', 'thetaPerYear'];

/** Every expected value that the measured ones miss; empty when the case passes. A value that was not measured, or is not a number, misses. */
export function compareCase(entry: GoldenCase, measured: Readonly<Record<string, Measured>>): readonly Mismatch[] {
  return compareGroup(entry, [], entry.expected, measured);
}

function compareGroup(entry: GoldenCase, path: readonly string[], expected: Readonly<Record<string, unknown>>, measured: Readonly<Record<string, Measured>>): readonly Mismatch[] {
  return Object.entries(expected).flatMap(([name, value]) => {
    const at = [...path, name];
    const got = measured[name];
    if (isGroup(value)) return isGroup(got) ? compareGroup(entry, at, value, got) : [mismatch(at, value, got, {})];
    const tolerance = toleranceOf(entry, at);
    return holds(value, got, tolerance) ? [] : [mismatch(at, value, got, tolerance)];
  });
}

const isGroup = (value: unknown): value is Readonly<Record<string, Measured>> => typeof value === 'object' && value !== null && !Array.isArray(value);

function holds(expected: unknown, got: Measured | undefined, { rel = 0, abs = 0 }: Tolerance): boolean {
  const wanted = expected === 'Infinity' ? Infinity : expected;
  if (typeof wanted !== 'number' || typeof got !== 'number') return got === wanted;
  return got === wanted || Math.abs(got - wanted) <= Math.max(abs, rel * Math.abs(wanted));
}

/** The nearest name in the file: the whole path, its last part, its first, then the file's own groups and the default. */
function toleranceOf({ type, tolerance }: GoldenCase, path: readonly string[]): Tolerance {
  const names = [path.join('.'), path.at(-1) ?? '', path[0] ?? '', ...groupOf(type, path[0] ?? ''), 'default'];
  return names.map((name) => tolerance[name]).find((found) => found !== undefined) ?? {};
}

function groupOf(type: string, name: string): readonly string[] {
  if (type !== 'single') return [];
  if (name === 'expectedLossUsd' || name.startsWith('loss')) return ['loss'];
  return CHANCE_GREEKS.includes(name) ? ['greeks'] : [];
}

const mismatch = (path: readonly string[], expected: unknown, got: unknown, { rel, abs }: Tolerance): Mismatch => ({
  field: path.join('.'), expected: shown(expected), got: got === undefined ? 'nothing' : shown(got),
  tolerance: [rel === undefined ? [] : `rel ${rel}`, abs === undefined ? [] : `abs ${abs}`].flat().join(', ') || 'exact',
});

const shown = (value: unknown): string => (typeof value === 'number' || typeof value === 'string' ? String(value) : JSON.stringify(value));
