import { MOMENTS, type BlockResult } from './round.js';

const count = (results: readonly BlockResult[], rescue: BlockResult['rescue']): number => results.filter((result) => result.rescue === rescue).length;
const sum = (results: readonly BlockResult[], of: (result: BlockResult) => number): number => results.reduce((total, result) => total + of(result), 0);

/** Loss and bound of one block, in basis points of what was repaid. */
const bps = (part: bigint, whole: bigint): number => (whole === 0n ? 0 : Number((part * 1_000_000n) / whole) / 100);

/** The block in which most was lost for what was repaid. A block that repaid less than a dollar counts by its units alone. */
function worst(results: readonly BlockResult[]): BlockResult | null {
  const dollars = 10n ** 26n;
  const counted = results.filter(({ thiefFills, repaid }) => thiefFills > 0 && repaid >= dollars);
  return counted.reduce<BlockResult | null>((most, result) => (most === null || bps(result.loss, result.repaid) > bps(most.loss, most.repaid) ? result : most), null);
}

export const isSafe = (results: readonly BlockResult[]): boolean => results.every(({ loss, allowed, rescue }) => loss <= allowed && rescue !== 'blocked');

/** One row a moment, then what was blocked and what went above the bound, by name. */
export function table(results: readonly BlockResult[]): string {
  const columns = ['moment', 'blocks', 'thief calls', 'fills', 'worst loss bps', 'its bound bps', 'above bound', 'rescued', 'not needed', 'drawn on before', 'impossible', 'delayed by drain', 'blocked'];
  const rows = MOMENTS.map((moment) => {
    const own = results.filter((result) => result.moment === moment);
    const most = worst(own);
    return [
      moment.name, own.length, sum(own, ({ thiefCalls }) => thiefCalls), sum(own, ({ thiefFills }) => thiefFills),
      most === null ? '-' : bps(most.loss, most.repaid).toFixed(2), most === null ? '-' : bps(most.allowed, most.repaid).toFixed(2),
      own.filter(({ loss, allowed }) => loss > allowed).length, count(own, 'done'), count(own, 'not needed'), count(own, 'drawn on before'), count(own, 'impossible'), count(own, 'delayed by a drain'), count(own, 'blocked'),
    ].map(String);
  });
  const widths = columns.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string => cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ');
  const notes = results.flatMap(({ note, rescue, loss, allowed }) => [...(note === null ? [] : [`${rescue}: ${note}`]), ...(loss > allowed ? [`above the bound by ${loss - allowed} e-26 USD`] : [])]);
  return [line(columns), ...rows.map(line), ...notes].join('\n');
}

export function lastLine(results: readonly BlockResult[], rounds: number, seed: number): string {
  const most = worst(results);
  const loss = most === null ? 'nothing was filled' : `worst market-value loss ${bps(most.loss, most.repaid).toFixed(2)} bps of what was repaid, bound for that case ${bps(most.allowed, most.repaid).toFixed(2)} bps`;
  return `drill: ${rounds} rounds, seed ${seed}: ${loss}, ${results.filter((result) => result.loss > result.allowed).length} above the bound, rescues blocked ${count(results, 'blocked')}`;
}
