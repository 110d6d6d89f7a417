import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { CASE_TYPES } from './cases/index.js';
import { GoldenFileInvalid, parseGoldenFile } from './file-schema.js';
import { golden } from './main.js';
import { runGolden } from './run.js';

const FILE = resolve(process.env['BALLAST_DATA'] ?? '../shared', 'golden/shared.json');
const known = existsSync(FILE);
/** Simulated: minutes for all of them. `npm run golden` runs them too. */
const SLOW = ['multi', 'merton'];

/** Hull, Options, Futures and Other Derivatives, example 15.6: a call worth 4.76, a put worth 0.81. */
const hull = (change: object = {}) => ({
  id: 'H-1', type: 'blackScholes', inputs: { optionType: 'call', spotUsd: 42, strikeUsd: 40, rate: 0.1, carryYield: 0, vol: 0.2, timeToExpiryYears: 0.5 }, expected: { price: 4.76 }, tolerance: { default: { abs: 0.005 } }, ...change,
});
const file = (...cases: object[]) => ({ schema: 'golden/1', count: cases.length, cases });

function run(...cases: object[]): { passed: number; failed: number; lines: string[] } {
  const lines: string[] = [];
  return { ...runGolden(parseGoldenFile(JSON.stringify(file(...cases))), CASE_TYPES, (line) => lines.push(line)), lines };
}

describe('golden values', () => {
  it('pass where the engine gives them', () => expect(run(hull())).toEqual({ passed: 1, failed: 0, lines: [] }));

  it('fail with a line of id, field, expected, got and tolerance', () => {
    const { passed, failed, lines } = run(hull(), hull({ id: 'H-2', expected: { price: 5 } }));
    expect([passed, failed]).toEqual([1, 1]);
    expect(lines).toEqual([expect.stringMatching(/^H-2: price: expected 5, got 4\.759\d+, tolerance abs 0\.005$/)]);
  });

  it('fail, not skip, where the type, the field or the inputs are not known', () => {
    expect(run(hull({ type: 'rainbow' })).lines[0]).toMatch(/^H-1: type: expected one of single, multi, .*, got rainbow$/);
    expect(run(hull({ expected: { charm: 1 } })).lines[0]).toMatch(/^H-1: charm: expected 1, got nothing/);
    expect(run(hull({ inputs: { optionType: 'call' } }))).toMatchObject({ passed: 0, failed: 1, lines: [expect.stringMatching(/^H-1: not measured: /)] });
    expect(run(hull({ tolerance: {} }), hull({ id: 'H-3', tolerance: {} })).failed).toBe(2);
  });

  it.each([
    ['no JSON', '{', /expected JSON/], ['another schema', JSON.stringify({ ...file(hull()), schema: 'golden/9' }), /schema/], ['another count', JSON.stringify({ ...file(hull()), count: 5 }), /count: the number of cases/],
    ['nothing expected', JSON.stringify(file(hull({ expected: {} }))), /cases\.0\.expected: at least one/], ['no cases', JSON.stringify(file()), /count/], ['a negative tolerance', JSON.stringify(file(hull({ tolerance: { default: { abs: -1 } } }))), /tolerance/],
  ])('are refused in a file with %s', (_, text, message) => {
    expect(() => parseGoldenFile(text)).toThrow(GoldenFileInvalid);
    expect(() => parseGoldenFile(text)).toThrow(message);
  });
});

describe('npm run golden', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-golden-'));
  const said = { log: vi.spyOn(console, 'log').mockImplementation(() => undefined), error: vi.spyOn(console, 'error').mockImplementation(() => undefined) };
  const path = (content: object): string => {
    const at = join(folder, 'values.json');
    writeFileSync(at, JSON.stringify(content));
    return at;
  };
  afterEach(() => { said.log.mockClear(); said.error.mockClear(); });
  afterAll(() => void vi.restoreAllMocks());

  it('ends with the count and 0 when all pass, 1 when any fails', () => {
    expect(golden(path(file(hull())))).toBe(0);
    expect(said.log.mock.lastCall).toEqual(['1 passed, 0 failed']);
    expect(golden(path(file(hull(), hull({ expected: { price: 9 } }))))).toBe(1);
    expect(said.log.mock.lastCall).toEqual(['1 passed, 1 failed']);
  });

  it('says what is wrong with the file, or that there is none', () => {
    expect(golden(undefined)).toBe(1);
    expect(golden(join(folder, 'nowhere.json'))).toBe(1);
    expect(said.error.mock.lastCall?.[0]).toMatch(/nowhere\.json: ENOENT/);
    expect(golden(path({ schema: 'golden/1' }))).toBe(1);
    expect(said.error.mock.lastCall?.[0]).toMatch(/values\.json: count/);
    rmSync(folder, { recursive: true, force: true });
  });
});

describe.skipIf(!known)(`golden values of ${FILE}`, () => {
  it('hold, all but the simulated ones', () => {
    const all = parseGoldenFile(readFileSync(FILE, 'utf8'));
    const quick = all.cases.filter(({ type }) => !SLOW.includes(type));
    const lines: string[] = [];
    expect(runGolden({ ...all, cases: quick, count: quick.length }, CASE_TYPES, (line) => lines.push(line))).toEqual({ passed: quick.length, failed: 0 });
    expect(lines).toEqual([]);
    expect(quick.length).toBeGreaterThan(60);
  });
});
