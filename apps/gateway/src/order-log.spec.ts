import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientOrderId, instrumentId } from '@ballast/positions';
import type { UsdE8 } from '@ballast/units';
import { afterAll, describe, expect, it } from 'vitest';
import { LogUnusable, OrderLog, type LogEntry } from './order-log.js';
import { Turnover } from './turnover.js';

const folder = mkdtempSync(join(tmpdir(), 'ballast-order-log-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newFile = (): string => join(folder, `${(files += 1)}.jsonl`);
const id = (number: number) => clientOrderId(number.toString(16).padStart(32, '0'));
const usd = (value: number): UsdE8 => BigInt(value) as UsdE8;
const KEY = 'paper:hyperliquid:main';
const sent = (number: number, worth: number, at = 1_000_000): LogEntry => ({ kind: 'order', at, key: KEY, clientId: id(number), instrument: instrumentId({ environment: 'paper', venue: 'hyperliquid' }, 'ETH'), side: 'sell', reduceOnly: false, worthUsdE8: usd(worth) });
const ended = (number: number, worth: number, at = 1_000_500): LogEntry => ({ kind: 'ended', at, key: KEY, clientId: id(number), worthUsdE8: usd(worth) });

async function written(file: string, ...entries: readonly LogEntry[]): Promise<void> {
  const log = await OrderLog.open(file, () => undefined);
  await Promise.all(entries.map((entry) => log.append(entry)));
  await log.close();
}

async function readBack(file: string): Promise<readonly LogEntry[]> {
  const found: LogEntry[] = [];
  await (await OrderLog.open(file, (entry) => found.push(entry))).close();
  return found;
}

describe('the log of orders', () => {
  it('is read back as it was written, in order, and is its owner\'s alone', async () => {
    const file = newFile();
    await written(file, sent(1, 5), ended(1, 2), sent(2, 7));
    await written(file, sent(3, 1));
    expect(await readBack(file)).toEqual([sent(1, 5), ended(1, 2), sent(2, 7), sent(3, 1)]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('a last line that was cut off is taken away; any other that is not ours stops the start', async () => {
    const file = newFile();
    await written(file, sent(1, 5));
    const whole = readFileSync(file, 'utf8');
    appendFileSync(file, whole.slice(0, 40));
    expect(await readBack(file)).toEqual([sent(1, 5)]);
    expect(readFileSync(file, 'utf8')).toBe(whole);
    for (const broken of ['{}\n', 'x\n', whole.replace('"worthUsdE8":"5"', '"worthUsdE8":"-5"')]) {
      writeFileSync(file, `${whole}${broken}${whole}`);
      await expect(readBack(file)).rejects.toThrow(LogUnusable);
    }
    await expect(readBack(folder)).rejects.toThrow(LogUnusable);
  });
});

describe('the turnover of a day', () => {
  const DAY = 86_400_000;
  it('counts orders from when they were sent, what was not executed no more, for a day', () => {
    const turnover = new Turnover();
    for (const entry of [sent(1, 5), sent(2, 7, 2_000_000), ended(1, 2)]) turnover.count(entry);
    expect(turnover.spent(KEY, 2_000_000)).toBe(9n);
    expect(turnover.spent('paper:hyperliquid:other', 2_000_000)).toBe(0n);
    expect(turnover.has(KEY, id(1), 2_000_000)).toBe(true);
    expect(turnover.spent(KEY, 1_000_000 + DAY)).toBe(7n);
    expect(turnover.has(KEY, id(1), 1_000_000 + DAY)).toBe(false);
    turnover.uncount(KEY, id(2));
    expect(turnover.spent(KEY, 1_000_000 + DAY)).toBe(0n);
  });

  it('counts on where the clock was set back', () => {
    const turnover = new Turnover();
    turnover.count(sent(1, 5, 5 * DAY));
    expect(turnover.spent(KEY, DAY)).toBe(5n);
  });
});
