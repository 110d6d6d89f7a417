import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface NamedTest {
  readonly number: number;
  readonly file: string;
  readonly title: string;
}

const NUMBERS = Array.from({ length: 16 }, (_, index) => index + 1);
const specs = ['apps', 'libs', 'test'].flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)).filter((file) => /\.spec\.tsx?$/.test(file) && !file.includes('node_modules')));
/** `acceptance 7: ...` as a test or a group of tests is titled, whichever quotes it is in. */
const TITLE = /\b(?:it|describe)\b[^\n]*?\((['"`])(acceptance (\d+): (?:(?!\1)[^\\\n]|\\.)+)\1,/g;

const named: readonly NamedTest[] = specs.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(TITLE)].map(([, , title = '', number]) => ({ number: Number(number), file, title: title.replace(/\\'/g, "'") })));
const rows = readFileSync('docs/hedging.md', 'utf8').split('\n').filter((line) => /^\| \d+ \|/.test(line)).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
const told: readonly NamedTest[] = rows.flatMap(([number, , tests = '']) => [...tests.matchAll(/`([^`]+)`: "([^"]+)"/g)].map(([, file = '', title = '']) => ({ number: Number(number), file, title })));

describe('the acceptance tests of hedging', () => {
  it('are sixteen, each with a test that carries its number', () => {
    expect([...new Set(named.map(({ number }) => number))].sort((a, b) => a - b)).toEqual(NUMBERS);
  });

  it('are told of in docs/hedging.md by file and title, every one of them and no other', () => {
    expect(rows.map(([number]) => Number(number))).toEqual(NUMBERS);
    // Each entry is parsed, or one that is misspelt would not be looked for.
    expect(rows.map(([, , tests = '']) => tests.split('<br>').length).reduce((sum, count) => sum + count)).toBe(told.length);
    const text = ({ number, file, title }: NamedTest): string => `${number} | ${file} | ${title}`;
    expect(told.map(text).sort()).toEqual(named.map(text).sort());
    for (const { number, title } of told) expect(title).toMatch(new RegExp(`^acceptance ${number}: `));
  });
});
