import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { KeptFile } from './kept-file.js';

let folder: string;
let file: KeptFile<{ n: number }>;
const said: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ballast-kept-'));
  file = new KeptFile(join(folder, 'deep', 'kept.json'), z.object({ n: z.number() }));
  said.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const read = () => file.read((message) => said.push(message));

describe('a kept file', () => {
  it('is none before it is written, and then for its user alone, folder and all', async () => {
    expect(await read()).toBeNull();
    await file.write({ n: 1 });
    expect(await read()).toEqual({ n: 1 });
    expect([statSync(file.path).mode & 0o777, statSync(join(folder, 'deep')).mode & 0o777]).toEqual([0o600, 0o700]);
    chmodSync(file.path, 0o644);
    await read();
    expect(statSync(file.path).mode & 0o777).toBe(0o600);
  });

  it('holds the newest of many values that are written at once, and leaves nothing beside it', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, n) => file.write({ n })));
    expect(await read()).toEqual({ n: 49 });
    expect(readdirSync(join(folder, 'deep'))).toEqual(['kept.json']);
  });

  it('that holds something else is put aside, which is said, and nothing of it is lost', async () => {
    await file.write({ n: 1 });
    writeFileSync(file.path, '{"n":');
    expect(await read()).toBeNull();
    expect(said).toEqual([expect.stringContaining('put aside')]);
    const [aside] = readdirSync(join(folder, 'deep'));
    expect(readFileSync(join(folder, 'deep', aside!), 'utf8')).toBe('{"n":');
  });

  it('that cannot be written says so to each who waits, and is written as soon as it can be', async () => {
    writeFileSync(join(folder, 'deep'), 'a file where the folder should be');
    const outcomes = await Promise.allSettled([file.write({ n: 1 }), file.write({ n: 2 })]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    rmSync(join(folder, 'deep'));
    await file.write({ n: 3 });
    expect(await read()).toEqual({ n: 3 });
  });
});
