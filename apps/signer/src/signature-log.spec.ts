import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { address, hash32 } from '@ballast/units';
import { afterAll, describe, expect, it } from 'vitest';
import { LogUnusable, SignatureLog, type LogEntry } from './signature-log.js';

const folder = mkdtempSync(join(tmpdir(), 'ballast-signature-log-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fresh = (): string => join(folder, `signed-${files++}.jsonl`);

const LANE = address(`0x${'a'.repeat(40)}`);
const entry = (number: number): LogEntry => ({
  kind: 'signature', at: 1_700_000_000_000 + number, hash: hash32(`0x${number.toString(16).padStart(64, '0')}`), lane: LANE, nonce: BigInt(number), to: LANE, selector: '0x', gasLimit: 21_000n, maxFeePerGas: 10n ** 20n, fence: 5n,
  purpose: `intent "${number}"\n,"seal":"${'0'.repeat(64)}"}`,
});
const opened = async (file: string): Promise<{ log: SignatureLog; entries: readonly LogEntry[] }> => {
  const entries: LogEntry[] = [];
  return { log: await SignatureLog.open(file, (one) => entries.push(one)), entries };
};
/** A log with five entries, closed again. */
async function written(): Promise<string> {
  const file = fresh();
  const { log } = await opened(file);
  for (let number = 1; number <= 4; number += 1) await log.append(entry(number));
  await log.append({ kind: 'fence', at: 1_700_000_000_009, fence: 6n });
  await log.close();
  return file;
}

describe('the log of signatures', () => {
  it('gives back what was written, and goes on from there', async () => {
    const file = await written();
    const { log, entries } = await opened(file);
    expect(entries).toEqual([entry(1), entry(2), entry(3), entry(4), { kind: 'fence', at: 1_700_000_000_009, fence: 6n }]);
    await log.append(entry(7));
    await log.close();
    const again = await opened(file);
    expect(again.entries.at(-1)).toEqual(entry(7));
    await again.log.close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('writes what waits together in order, each on a line of its own, on disk before it says so', async () => {
    const file = fresh();
    const { log } = await opened(file);
    await Promise.all(Array.from({ length: 50 }, (_, number) => log.append(entry(number)).then(() => expect(readFileSync(file, 'utf8').split('\n').length).toBeGreaterThan(number + 1))));
    await log.close();
    const { log: again, entries } = await opened(file);
    await again.close();
    expect(entries).toEqual(Array.from({ length: 50 }, (_, number) => entry(number)));
  });

  it('takes a cut-off last line away, wherever it was cut', async () => {
    const file = await written();
    const whole = readFileSync(file);
    const lastLine = whole.subarray(0, -1).lastIndexOf(10) + 1;
    for (const length of [lastLine + 1, lastLine + 20, whole.length - 2, whole.length - 1]) {
      writeFileSync(file, whole);
      truncateSync(file, length);
      const { log, entries } = await opened(file);
      expect([entries.length, log.repaired]).toEqual([4, length - lastLine]);
      await log.append(entry(9));
      await log.close();
      const again = await opened(file);
      expect([again.entries.length, again.entries.at(-1), again.log.repaired]).toEqual([5, entry(9), 0]);
      await again.log.close();
    }
  });

  it('is refused when a line was altered, taken out, put in or moved', async () => {
    const file = await written();
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const changed: readonly (readonly string[])[] = [
      lines.map((line, at) => (at === 1 ? line.replace('"nonce":"2"', '"nonce":"3"') : line)),
      lines.map((line, at) => (at === 4 ? line.replace('"fence":"6"', '"fence":"4"') : line)),
      lines.filter((_, at) => at !== 2),
      lines.filter((_, at) => at !== 0),
      [lines[0]!, lines[0]!, ...lines.slice(1)],
      [lines[1]!, lines[0]!, ...lines.slice(2)],
      [...lines.slice(0, 3), 'not a line', ...lines.slice(3)],
      [...lines, '{}'],
      ['', ...lines],
    ];
    for (const variant of changed) {
      writeFileSync(file, `${variant.join('\n')}\n`);
      await expect(opened(file)).rejects.toBeInstanceOf(LogUnusable);
    }
  });

  it('signs nothing on where it cannot write', async () => {
    await expect(opened(join(folder, 'no-such-folder', 'log'))).rejects.toMatchObject({ code: 'log-unusable', given: 'ENOENT' });
    const file = fresh();
    const { log } = await opened(file);
    await log.append(entry(1));
    await log.close(); // the next write fails
    await expect(log.append(entry(2))).rejects.toBeInstanceOf(LogUnusable);
    appendFileSync(file, '');
    const { log: again, entries } = await opened(file);
    await again.close();
    expect(entries).toEqual([entry(1)]);
  });
});
