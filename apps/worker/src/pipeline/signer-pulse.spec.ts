import { SignerUnreachable, type KeeperSigner } from '@ballast/connectors/signer';
import { expect, it, vi } from 'vitest';
import { SignerPulse } from './signer-pulse.js';

it('a signer is silent after 15 seconds without an answer, and no more once it answers', async () => {
  let now = 1_000;
  let up = true;
  const pulse = new SignerPulse({ health: async () => (up ? ({} as never) : Promise.reject(new SignerUnreachable('x', 'y'))) }, () => now);
  expect(await pulse.silent()).toBe(false);
  up = false;
  now += 15_000;
  expect(await pulse.silent()).toBe(false);
  now += 1;
  expect(await pulse.silent()).toBe(true);
  up = true;
  now += 1_000;
  expect(await pulse.silent()).toBe(false);
});

it('one answer serves all who ask within a second', async () => {
  let now = 1_000;
  let asked = 0;
  const pulse = new SignerPulse({ health: async () => ((asked += 1), {} as never) }, () => now);
  expect(await Promise.all([pulse.silent(), pulse.silent()])).toEqual([false, false]);
  now += 999;
  await pulse.silent();
  expect(asked).toBe(1);
  now += 1;
  await pulse.silent();
  expect(asked).toBe(2);
});

it('nobody waits for an answer that changes nothing: only once the last one is 15 seconds old', async () => {
  let now = 1_000;
  let answer: () => void = () => undefined;
  const pulse = new SignerPulse({ health: () => new Promise<never>((resolve) => (answer = resolve as () => void)) }, () => now);
  expect(await pulse.silent()).toBe(false);
  now += 15_001;
  const asked = pulse.silent();
  answer();
  expect(await asked).toBe(false);
});

it('a signer of this process is never silent', async () => {
  let now = 0;
  const pulse = new SignerPulse({ lanes: [], sign: async () => ({}) as never } satisfies KeeperSigner, () => (now += 1e9));
  expect(await pulse.silent()).toBe(false);
});

it('is asked, and found silent, also where the clock was set back an hour', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  try {
    let up = true;
    const pulse = new SignerPulse({ health: async () => (up ? ({} as never) : Promise.reject(new SignerUnreachable('x', 'y'))) });
    expect(await pulse.silent()).toBe(false);
    up = false;
    vi.setSystemTime(Date.now() - 3_600_000);
    vi.advanceTimersByTime(15_001);
    expect(await pulse.silent()).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});
