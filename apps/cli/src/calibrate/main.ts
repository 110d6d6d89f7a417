import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidInput } from '@ballast/units';
import { renderHistories, renderStudy } from './render.js';
import { study } from './study.js';

const DOCUMENT = 'docs/calibration.md';
const HISTORIES = 'libs/risk/src/calibration/fitted-histories.ts';
const BEGIN = '<!-- figures -->';
const END = '<!-- end of figures -->';

/** The document with its figures replaced. @throws InvalidInput where it has no place for them */
export function withFigures(document: string, figures: string): string {
  const [from, to] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (from < 0 || to < from) throw new InvalidInput(DOCUMENT, 'no place for the figures', `${BEGIN} and after it ${END}`);
  return `${document.slice(0, from + BEGIN.length)}\n${figures}\n${document.slice(to)}`;
}

/** Holds the chances against what prices did; prints the figures, and with `--write` puts them into the documentation and the fitted histories into the risk engine. Returns the exit code. */
export function calibrate(root: string, dataFolder: string, options: readonly string[]): number {
  const unknown = options.find((option) => option !== '--write');
  if (unknown !== undefined) {
    console.error(`expected nothing or --write, got ${unknown}`);
    return 1;
  }
  try {
    const found = study(dataFolder);
    const figures = renderStudy(found);
    console.log(figures);
    if (options.includes('--write')) {
      const path = join(root, DOCUMENT);
      writeFileSync(path, withFigures(readFileSync(path, 'utf8'), figures));
      writeFileSync(join(root, HISTORIES), renderHistories(found.histories.filter(({ asset }) => asset !== 'SOL')));
    }
    return 0;
  } catch (error) {
    if (!(error instanceof InvalidInput) && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    console.error((error as Error).message);
    return 1;
  }
}
