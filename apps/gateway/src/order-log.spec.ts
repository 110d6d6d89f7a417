import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { clientOrderId, instrumentId, venueAccountId } from '@ballast/positions';
import type { ContractsE18, UsdE8 } from '@ballast/units';
import { afterAll, describe, expect, it } from 'vitest';
import { LogUnusable, type LogEntry } from './log-entries.js';
import { OrderLog } from './order-log.js';
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
    const whole: LogEntry = { ...sent(3, 1), asked: { account: venueAccountId({ environment: 'paper', venue: 'hyperliquid' }, 'main'), contracts: 10n ** 18n as ContractsE18, validUntil: 1_020_000 } } as LogEntry;
    await written(file, whole);
    expect(await readBack(file)).toEqual([sent(1, 5), ended(1, 2), sent(2, 7), whole]);
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

describe('a log that grows old', () => {
  const DAY = 86_400_000;
  const NOW = 100 * DAY;
  const opened = async (file: string, now = NOW): Promise<readonly LogEntry[]> => {
    await (await OrderLog.open(file, () => undefined, now)).close();
    return readBack(file);
  };

  it('keeps what counts, each order with its end, and goes on being written', async () => {
    const file = newFile();
    const recent = [sent(3, 4, NOW - DAY + 1), sent(4, 6, NOW - 1_000), ended(3, 1, NOW - DAY + 5)];
    await written(file, sent(1, 5, NOW - 9 * DAY), sent(2, 7, NOW - 3 * DAY), ended(1, 2, NOW - 9 * DAY + 5), ...recent.slice(0, 2), ended(2, 0, NOW - 1_000), recent[2] as LogEntry);
    expect(await opened(file)).toEqual(recent);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await written(file, sent(5, 1, NOW));
    expect(await opened(file)).toEqual([...recent, sent(5, 1, NOW)]);
    const turnover = new Turnover();
    for (const entry of await readBack(file)) turnover.count(entry);
    expect([turnover.spent(KEY, NOW), turnover.has(KEY, id(3), NOW)]).toEqual([8n, true]);
  });

  it('is left as it is where nothing is old, and by a clock that is wrong', async () => {
    const file = newFile();
    const entries = [sent(1, 5, NOW - DAY), sent(2, 7, NOW - 1_000)];
    await written(file, ...entries);
    expect(await opened(file, NOW + 3_650 * DAY)).toEqual(entries);
    expect(await opened(file, NOW - 3_650 * DAY)).toEqual(entries);
    expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  it('is whole where a process died while it was written anew', async () => {
    const file = newFile();
    await written(file, sent(1, 5, NOW - 9 * DAY), sent(2, 7, NOW));
    writeFileSync(`${file}.new`, '{"half');
    expect(await opened(file)).toEqual([sent(2, 7, NOW)]);
  });
});

describe('a log in use', () => {
  it('is opened by nobody else, whatever it is called, until it is closed', async () => {
    const file = newFile();
    const first = await OrderLog.open(file, () => undefined);
    await expect(OrderLog.open(file, () => undefined)).rejects.toThrow(/another gateway/);
    symlinkSync(folder, `${folder}-also`);
    await expect(OrderLog.open(join(`${folder}-also`, basename(file)), () => undefined)).rejects.toThrow(/another gateway/);
    rmSync(`${folder}-also`);
    await first.append(sent(1, 5));
    await first.close();
    expect(await readBack(file)).toEqual([sent(1, 5)]);
  });

  it('of many that open it at once is opened by one; what a killed process leaves is taken over', async () => {
    const file = newFile();
    const killed = spawn(process.execPath, ['-e', `require('net').createServer().listen(${JSON.stringify(`${file}.lock`)}, () => console.log('listens'))`], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(killed.stdout, 'data');
    await expect(OrderLog.open(file, () => undefined)).rejects.toThrow(/another gateway/);
    killed.kill('SIGKILL');
    await once(killed, 'close');
    expect(readdirSync(folder)).toContain(`${basename(file)}.lock`);
    const opened = await Promise.allSettled(Array.from({ length: 8 }, () => OrderLog.open(file, () => undefined)));
    const logs = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(logs).toHaveLength(1);
    await logs[0]?.close();
    expect(readdirSync(folder).filter((name) => name.startsWith(`${basename(file)}.`))).toEqual([]);
  });

  it('is taken over from one that died on taking it over, and a path that no socket can have is refused', async () => {
    const file = newFile();
    writeFileSync(`${file}.lock.taking`, '');
    await expect(OrderLog.open(file, () => undefined)).rejects.toThrow(LogUnusable);
    utimesSync(`${file}.lock.taking`, 1_000, 1_000);
    await (await OrderLog.open(file, () => undefined)).close();
    const deep = join(folder, 'x'.repeat(120));
    mkdirSync(deep);
    await expect(OrderLog.open(join(deep, 'orders.jsonl'), () => undefined)).rejects.toThrow(/at most 100/);
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

  it('counts an id that is used again after a day from then on', () => {
    const turnover = new Turnover();
    for (const entry of [sent(1, 5), ended(1, 0), sent(1, 7, 1_000_000 + DAY)]) turnover.count(entry);
    expect(turnover.spent(KEY, 1_000_000 + DAY)).toBe(7n);
    expect(turnover.has(KEY, id(1), 1_000_001 + DAY)).toBe(true);
  });

  it('counts on where the clock was set back', () => {
    const turnover = new Turnover();
    turnover.count(sent(1, 5, 5 * DAY));
    expect(turnover.spent(KEY, DAY)).toBe(5n);
  });
});
