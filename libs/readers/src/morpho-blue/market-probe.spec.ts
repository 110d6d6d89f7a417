import { describe, expect, it } from 'vitest';
import type { Call, CallResult, ReadClient } from '@ballast/connectors';
import { address, hash32, type Address, type Hash32 } from '@ballast/units';
import { AbiCoder } from 'ethers';
import { MarketProbe } from './market-probe.js';

const MORPHO = address(`0x${'b'.repeat(40)}`);
const [ANN, BEN] = [address(`0x${'a1'.repeat(20)}`), address(`0x${'b2'.repeat(20)}`)];
const [FIRST, SECOND, ENDED] = ['1', '2', '3'].map((digit) => hash32(`0x${digit.repeat(64)}`)) as [Hash32, Hash32, Hash32];
const block = { hash: `0x${'9'.repeat(64)}` };

/** Morpho as it answers `position`: what `held` says, keyed by account and market. */
function aProbe(held: ReadonlySet<string>, markets: readonly Hash32[], remembered: (account: Address) => readonly Hash32[] = () => []) {
  const asked: string[] = [];
  const multicall = async (_block: unknown, calls: readonly Call[]): Promise<readonly CallResult[]> => calls.map(({ data }) => {
    const [market, account] = [hash32(`0x${data.slice(10, 74)}`), address(`0x${data.slice(98, 138)}`)];
    asked.push(`${account} ${market}`);
    const has = held.has(`${account} ${market}`);
    return { kind: 'ok', data: AbiCoder.defaultAbiCoder().encode(['uint256', 'uint128', 'uint128'], [0, has ? 1 : 0, 0]) as `0x${string}` };
  });
  const known = { markets: async () => markets, remembered: async (account: Address) => remembered(account) };
  return { asked, probe: new MarketProbe({ multicall } as unknown as ReadClient, MORPHO, known) };
}

describe('looking for an account’s loans on Morpho', () => {
  it('asks every market for who is new and keeps what it found, also when that has ended', async () => {
    const held = new Set([`${ANN} ${SECOND}`]);
    const { probe } = aProbe(held, [FIRST, SECOND]);
    expect(await probe.of([ANN, BEN], block)).toEqual([{ account: ANN, marketId: SECOND }]);
    held.delete(`${ANN} ${SECOND}`);
    held.add(`${BEN} ${FIRST}`);
    expect(await probe.of([ANN, BEN], block)).toEqual([{ account: ANN, marketId: SECOND }, { account: BEN, marketId: FIRST }]);
  });

  it('looks at a market that became known later', async () => {
    const markets = [FIRST];
    const { probe } = aProbe(new Set([`${ANN} ${SECOND}`]), markets);
    expect(await probe.of([ANN], block)).toEqual([]);
    markets.push(SECOND);
    expect(await probe.of([ANN], block)).toEqual([{ account: ANN, marketId: SECOND }]);
  });

  it('reads what an earlier process had stored, so that a loan that ended while nobody looked is seen as ended', async () => {
    const { probe } = aProbe(new Set(), [FIRST], (account) => (account === ANN ? [ENDED] : []));
    expect(await probe.of([ANN, BEN], block)).toEqual([{ account: ANN, marketId: ENDED }]);
  });

  it('takes what events told of', async () => {
    const { probe } = aProbe(new Set(), []);
    probe.keep({ account: BEN, marketId: FIRST });
    expect(await probe.of([BEN], block)).toEqual([{ account: BEN, marketId: FIRST }]);
  });
});
