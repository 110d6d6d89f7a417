import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FAULT_KINDS } from './faults.js';
import type { ChaosOutcome, RoundResult } from './run.js';

const page = join(resolve(import.meta.dirname, '../..'), 'docs/reliability.md');
const [BEGIN, END] = ['<!-- recovery times -->', '<!-- end of recovery times -->'];

const at = (sorted: readonly number[], share: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1);

/** A row for each kind of fault: the rounds in which it struck, how many held, and seconds from the end of the round's last fault to quiet and safety. */
export function recoveryTable(results: readonly RoundResult[], disk: ChaosOutcome['disk']): string {
  const rows = FAULT_KINDS.flatMap(({ name, told }) => {
    const struck = results.filter(({ kinds }) => kinds.includes(name));
    if (struck.length === 0) return [];
    const seconds = struck.filter(({ problems }) => problems.length === 0).map(({ recoverySeconds }) => recoverySeconds).sort((a, b) => a - b);
    const how = name === 'disk' ? ` (${disk === 'tmpfs' ? 'a bounded tmpfs, really full' : 'SQLSTATE 53100 by a proxy: this machine lets nobody mount'})` : '';
    return [`| ${told}${how} | ${struck.length} | ${seconds.length} | ${at(seconds, 0.5)} | ${at(seconds, 0.95)} | ${at(seconds, 1)} |`];
  });
  return ['| fault | rounds | held | median s | 95% s | longest s |', '|---|---|---|---|---|---|', ...rows].join('\n');
}

/** Puts the table between its marks in docs/reliability.md. */
export function writeTable(results: readonly RoundResult[], disk: ChaosOutcome['disk']): void {
  const text = readFileSync(page, 'utf8');
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`${page}: got no marks, expected ${BEGIN} and ${END}`);
  writeFileSync(page, `${before}${BEGIN}\n${recoveryTable(results, disk)}\n${END}${after}`);
}
