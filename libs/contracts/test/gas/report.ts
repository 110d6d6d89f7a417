import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Gas by action, in the order in which the actions are shown. */
export type GasRows = Readonly<Record<string, number>>;

export interface GasReport {
  readonly gas: GasRows;
  /** Size of each contract's deployed code. */
  readonly deployedBytes: GasRows;
}

/** How much more an action may use than the committed figure before it counts as a regression. */
export const TOLERANCE_PERCENT = 5;

const at = (path: string): string => fileURLToPath(new URL(`../../../../docs/${path}`, import.meta.url));
const FIGURES = at('gas.json');
const PAGE = at('gas.md');

export function committedReport(): GasReport {
  return JSON.parse(readFileSync(FIGURES, 'utf8')) as GasReport;
}

/** True when the page says what the figures say. */
export const pageIsCurrent = (): boolean => readFileSync(PAGE, 'utf8').replaceAll('\r\n', '\n') === page(committedReport());

export function writeReport(report: GasReport): void {
  writeFileSync(FIGURES, `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(PAGE, page(report));
}

/** One line for each figure that is larger than it may be, that is gone, or that nobody has committed. */
export function regressions(measured: GasRows, committed: GasRows): string[] {
  const worse = Object.entries(measured).flatMap(([name, gas]) => {
    const before = committed[name];
    if (before === undefined) return [`${name}: ${gas}, and no committed figure`];
    return gas * 100 > before * (100 + TOLERANCE_PERCENT) ? [`${name}: ${gas}, committed ${before}, more than ${TOLERANCE_PERCENT}% above`] : [];
  });
  const gone = Object.keys(committed).filter((name) => measured[name] === undefined).map((name) => `${name}: not measured any more`);
  return [...worse, ...gone];
}

/** The figures as text, beside the committed ones where they differ. */
export function table(measured: GasRows, committed: GasRows = {}): string {
  return Object.entries(measured).map(([name, gas]) => {
    const before = committed[name];
    const change = before === undefined || before === gas ? '' : `  ${gas > before ? '+' : ''}${(((gas - before) / before) * 100).toFixed(2)}%`;
    return `${name.padEnd(60)}${String(gas).padStart(10)}${change}`;
  }).join('\n');
}

/** Whole USD and cents at 3,000 USD for an ether. */
const dollars = (gas: number, gwei: number): string => ((gas * gwei * 3000) / 1e9).toFixed(2);
const grouped = (value: number): string => value.toLocaleString('en-US');

function page({ gas, deployedBytes }: GasReport): string {
  return [
    '# Gas',
    '',
    '<!-- Written by `npm run gas -- --write` from docs/gas.json. -->',
    '',
    'What each action uses on the real contracts of Aave v3.6, Uniswap v3 and Morpho Blue on the local chain, as its receipt says. One loan of WETH',
    'against USDC with one collateral enabled; each further enabled collateral costs an action on Aave some 39,000 more. A test fails',
    `when an action uses over ${TOLERANCE_PERCENT}% more than this.`,
    '',
    '| Action | Gas | USD at 5 gwei | USD at 50 gwei |',
    '|---|---:|---:|---:|',
    ...Object.entries(gas).map(([name, value]) => `| ${name} | ${grouped(value)} | ${dollars(value, 5)} | ${dollars(value, 50)} |`),
    '',
    'An ether is taken as 3,000 USD.',
    '',
    '| Contract | Deployed bytes |',
    '|---|---:|',
    ...Object.entries(deployedBytes).map(([name, value]) => `| ${name} | ${grouped(value)} |`),
    '',
  ].join('\n');
}
