import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Row {
  readonly number: number;
  readonly cells: readonly string[];
  readonly tests: readonly { readonly file: string; readonly title: string }[];
}

const rows: readonly Row[] = readFileSync('docs/failures.md', 'utf8').split('\n').filter((line) => /^\| \d+ \|/.test(line)).map((line) => {
  const cells = line.split('|').slice(1, -1).map((cell) => cell.trim());
  return { number: Number(cells[0]), cells, tests: [...(cells[4] ?? '').matchAll(/`([^`]+)`: "([^"]+)"/g)].map(([, file = '', title = '']) => ({ file, title })) };
});
/** The titles of the tests and groups of a file, as they are run. */
const titlesOf = (file: string): string[] => [...readFileSync(file, 'utf8').matchAll(/\b(?:it|describe)(?:\.[a-z]+)?\('((?:[^'\\]|\\.)*)'/g)].map(([, text = '']) => text.replace(/\\'/g, "'"));

it('the twenty failures are told of, each with what broke and what holds it', () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  for (const { cells } of rows) {
    expect(cells).toHaveLength(5);
    expect(cells.slice(1).every((cell) => cell.length > 10)).toBe(true);
  }
});

it('each has a test, and every test that is named exists under its title', () => {
  for (const { number, cells, tests } of rows) {
    expect(tests.length, String(number)).toBeGreaterThan(0);
    // Each entry is parsed, or one that is misspelt would not be looked for.
    expect(`${number}: ${tests.length}`).toBe(`${number}: ${cells[4]?.split('<br>').length}`);
    for (const { file, title } of tests) {
      expect(`${file} ${existsSync(file)}`).toBe(`${file} true`);
      expect(titlesOf(file), file).toContain(title);
    }
  }
});
