import { describe, expect, it } from 'vitest';
import { hash32, usdE8, type UsdE8 } from '@ballast/units';
import type { MarketPrice } from '@ballast/positions';
import { NO_PRINTS, type PrintMemory } from '@ballast/risk';
import { anAddress } from '../../../../test/factories/lending-position.js';
import {
  FAILURE_LIMITS, MOST_BASE_FEE, MOST_SPEND_TIMES, SPEND_LIMITS, classifyForeign, judgeAgreement, judgeBaseFee, judgeCode, judgeFailures, judgeFeedAge, judgeHead, judgeNewPrint, judgePriceGap, judgeSequencer, judgeSpend,
  type EndedAction, type PriceFacts,
} from './index.js';

const NOW = 1_800_000_000n;
const E8 = 100_000_000n;
const price = (dollars: number, updatedAt: bigint | null = NOW) => ({ kind: 'price', usdE8: usdE8(BigInt(Math.round(dollars * 1e8))), updatedAt, source: anAddress(0xfeed) }) as const;
const source = (name: string, dollars: number, given: Partial<MarketPrice> = {}): MarketPrice => ({
  name, origin: name, usdE8: BigInt(Math.round(dollars * 1e8)) as UsdE8, at: NOW, windowSeconds: 0n, goodForSeconds: 600n, depthUsdE8: null, ...given,
});
const facts = (given: Partial<PriceFacts> = {}): PriceFacts => ({ symbol: 'WETH', price: price(3_000), now: NOW, heartbeatSeconds: 3_600n, sources: null, hourlyVolatility: 0.007, isStable: false, ...given });

describe('the age of a feed', () => {
  it('is bad beyond a quarter more than its own heartbeat, to the second', () => {
    expect(judgeFeedAge(facts({ price: price(3_000, NOW - 4_500n) })).kind).toBe('good');
    expect(judgeFeedAge(facts({ price: price(3_000, NOW - 4_501n) }))).toMatchObject({ kind: 'bad', why: expect.stringContaining('75 minutes old') });
    expect(judgeFeedAge(facts({ price: price(1, NOW - 108_000n), heartbeatSeconds: 86_400n })).kind).toBe('good');
    expect(judgeFeedAge(facts({ price: price(1, NOW - 108_001n), heartbeatSeconds: 86_400n })).kind).toBe('bad');
  });

  it('is bad where there is no price, and good where the source tells no time', () => {
    expect(judgeFeedAge(facts({ price: { kind: 'no-price', source: anAddress(1) } })).kind).toBe('bad');
    expect(judgeFeedAge(facts({ price: price(3_000, null) })).kind).toBe('good');
  });
});

describe("a protocol's price beside two other sources", () => {
  const two = (dollars: number) => [source('a', dollars), source('b', dollars)];

  it('is bad beyond 2%, and for a token that follows the dollar beyond 1%', () => {
    expect(judgePriceGap(facts({ price: price(1_020), sources: two(1_000) })).kind).toBe('good');
    expect(judgePriceGap(facts({ price: price(1_020.01), sources: two(1_000) }))).toMatchObject({ kind: 'bad', why: expect.stringContaining("above the market's") });
    expect(judgePriceGap(facts({ symbol: 'USDC', price: price(1.01), sources: two(1), isStable: true })).kind).toBe('good');
    expect(judgePriceGap(facts({ symbol: 'USDC', price: price(1.0101), sources: two(1), isStable: true })).kind).toBe('bad');
  });

  it('is bad where too few sources can be used, and nothing where none are named', () => {
    expect(judgePriceGap(facts({ sources: [source('a', 3_000)] })).kind).toBe('bad');
    expect(judgePriceGap(facts({ sources: [source('a', 3_000), source('b', 3_000, { at: NOW - 601n })] })).kind).toBe('bad');
    expect(judgePriceGap(facts({ sources: null })).kind).toBe('good');
  });

  it('lesson 10: one book on which a token costs a fraction makes no market; without two that agree nothing is sold', () => {
    // USDe at 0.65 on one book while the others and the protocol said 1.
    expect(judgePriceGap(facts({ symbol: 'USDe', price: price(1), sources: [source('binance', 0.65), source('curve', 1), source('chainlink', 1)], isStable: true })).kind).toBe('good');
    expect(judgePriceGap(facts({ symbol: 'USDe', price: price(1), sources: [source('binance', 0.65), source('curve', 1)], isStable: true })).kind).toBe('bad');
  });

  it('lesson 13: an oracle that is wrong stops sales whichever way it is wrong', () => {
    expect(judgePriceGap(facts({ symbol: 'VIRTUAL', price: price(0.8), sources: two(1) }))).toMatchObject({ kind: 'bad', why: expect.stringContaining('below') });
    expect(judgePriceGap(facts({ symbol: 'VIRTUAL', price: price(1.66), sources: two(1) }))).toMatchObject({ kind: 'bad', why: expect.stringContaining('above') });
  });

  it('lesson 16: an oracle 2.85% low while the market is as it was stops sales', () => {
    expect(judgePriceGap(facts({ symbol: 'wstETH', price: price(3_496.5), sources: two(3_599) })).kind).toBe('bad');
  });
});

describe('a new print', () => {
  const known: PrintMemory = { accepted: { usdE8: usdE8(2_200n * E8), at: NOW - 600n }, held: null };
  const crash = facts({ symbol: 'cbETH', price: price(1) });

  it('lesson 17: a token of 2,200 dollars that is priced at 1 is not sold at that, and people are told why', () => {
    const { finding, memory } = judgeNewPrint(known, crash);
    expect(finding).toMatchObject({ kind: 'bad', why: "the protocol's price of cbETH jumped to $1 from $2,200, and nothing bears it out yet" });
    // However often it is read again, one print is one print.
    let held = memory;
    for (let at = NOW; at < NOW + 3_600n; at += 12n) held = judgeNewPrint(held, { ...crash, now: at }).memory;
    expect(judgeNewPrint(held, { ...crash, now: NOW + 3_600n }).finding.kind).toBe('bad');
  });

  it('lesson 17: sources that say otherwise are named', () => {
    expect(judgeNewPrint(known, { ...crash, sources: [source('the pool', 2_200)] }).finding).toMatchObject({ kind: 'bad', why: expect.stringContaining('and the pool says otherwise') });
  });

  it('passes at once where it is near the last one, or where another source bears it out', () => {
    expect(judgeNewPrint(known, facts({ price: price(2_160) })).finding.kind).toBe('good');
    expect(judgeNewPrint(known, facts({ price: price(1_800), sources: [source('the pool', 1_805)] })).finding.kind).toBe('good');
  });

  it('that is held passes once another source follows, without a new print, and once it has lasted', () => {
    const first = judgeNewPrint(known, facts({ price: price(1_800) }));
    expect(first.finding.kind).toBe('bad');
    expect(judgeNewPrint(first.memory, facts({ price: price(1_800), now: NOW + 12n, sources: [source('the pool', 1_802, { at: NOW + 12n })] })).finding.kind).toBe('good');
    const second = judgeNewPrint(first.memory, facts({ price: price(1_801, NOW + 30n), now: NOW + 30n }));
    const third = judgeNewPrint(second.memory, facts({ price: price(1_802, NOW + 61n), now: NOW + 61n }));
    expect([second.finding.kind, third.finding.kind]).toEqual(['bad', 'good']);
  });

  it('is taken where nothing at all is known of its source, and is not where others contradict it', () => {
    expect(judgeNewPrint(NO_PRINTS, facts()).finding.kind).toBe('good');
    expect(judgeNewPrint(NO_PRINTS, { ...crash, sources: [source('the pool', 2_200)] }).finding.kind).toBe('bad');
  });

  it('of a source that tells no time is new when its price is', () => {
    const first = judgeNewPrint(NO_PRINTS, facts({ price: price(3_000, null) }));
    const same = judgeNewPrint(first.memory, facts({ price: price(3_000, null), now: NOW + 12n }));
    const jump = judgeNewPrint(same.memory, facts({ price: price(2_000, null), now: NOW + 24n }));
    expect([same.memory, same.finding.kind, jump.finding.kind]).toEqual([first.memory, 'good', 'bad']);
  });
});

describe('the chain', () => {
  it('stands still after longer than is allowed', () => {
    expect(judgeHead({ sinceNewHead: 30n, allowedSeconds: 30n }).kind).toBe('good');
    expect(judgeHead({ sinceNewHead: 31n, allowedSeconds: 30n }).kind).toBe('bad');
  });

  it('lesson 18: sales stop while the sequencer is down and go on with it, without a waiting time', () => {
    expect(judgeSequencer(null).kind).toBe('good');
    expect(judgeSequencer({ isDown: true, since: NOW - 5n }).kind).toBe('bad');
    expect(judgeSequencer({ isDown: false, since: NOW }).kind).toBe('good');
    expect(judgeSequencer({ isDown: false, since: 0n }).kind).toBe('bad');
  });

  it('lesson 15: one of three nodes that disagrees is outvoted, and two are not', () => {
    const nodes = (...disagreed: readonly number[]) => disagreed.map((count, index) => ({ endpoint: `node ${index}`, disagreed: count }));
    expect(judgeAgreement({ endpoints: nodes(1, 0, 0), foundNoQuorum: false }).kind).toBe('good');
    expect(judgeAgreement({ endpoints: nodes(1, 1, 0), foundNoQuorum: false }).kind).toBe('bad');
    expect(judgeAgreement({ endpoints: nodes(1, 0), foundNoQuorum: false }).kind).toBe('bad');
    expect(judgeAgreement({ endpoints: nodes(0, 0, 0), foundNoQuorum: true }).kind).toBe('bad');
    expect(judgeAgreement({ endpoints: nodes(5), foundNoQuorum: false }).kind).toBe('good');
  });

  it('is too dear above the limit, to the wei', () => {
    expect(judgeBaseFee({ baseFee: MOST_BASE_FEE, most: MOST_BASE_FEE }).kind).toBe('good');
    expect(judgeBaseFee({ baseFee: MOST_BASE_FEE + 1n, most: MOST_BASE_FEE })).toMatchObject({ kind: 'bad' });
  });
});

describe('our own actions', () => {
  const ended = (pattern: string, at = NOW): EndedAction[] => [...pattern].map((letter, index) => ({ failed: letter === 'x', at: at + BigInt(index) }));
  const judge = (pattern: string, now = NOW + 100n): string => judgeFailures(ended(pattern), now, 'here').kind;

  it('are stopped by three failures in a row and not by two, nor by three with one that worked between', () => {
    expect([judge('xx'), judge('xxx'), judge('xx.x'), judge('xxx.')]).toEqual(['good', 'bad', 'good', 'good']);
  });

  it('are stopped by more than a tenth of at least ten', () => {
    expect(judge('x........')).toBe('good');
    expect(judge('x.........')).toBe('good');
    expect(judge('x....x....')).toBe('bad');
    expect(judge('x...x....')).toBe('good');
    expect(judge(`x..x..x${'.'.repeat(23)}`)).toBe('good');
    expect(judge(`x..x..x${'.'.repeat(22)}`)).toBe('bad');
  });

  it('are forgotten after ten minutes, whatever order they are told in', () => {
    const three = ended('xxx').reverse();
    expect(judgeFailures(three, NOW + FAILURE_LIMITS.windowSeconds, 'here').kind).toBe('bad');
    expect(judgeFailures(three, NOW + FAILURE_LIMITS.windowSeconds + 1n, 'here').kind).toBe('good');
  });

  it('may cost so much in an hour, from one lane and from all, and at most three times as much when it is urgent', () => {
    const [one, other, third] = [anAddress(1), anAddress(2), anAddress(3)];
    const { laneWei, allWei } = SPEND_LIMITS;
    expect(judgeSpend({ byLane: new Map([[one, laneWei], [other, allWei - laneWei]]) }, SPEND_LIMITS).kind).toBe('good');
    expect(judgeSpend({ byLane: new Map([[one, laneWei + 1n]]) }, SPEND_LIMITS)).toMatchObject({ kind: 'bad', why: expect.stringContaining(one) });
    expect(judgeSpend({ byLane: new Map([[one, laneWei], [other, laneWei], [third, 1n]]) }, SPEND_LIMITS).kind).toBe('bad');
    expect(judgeSpend({ byLane: new Map([[one, laneWei * 3n]]) }, SPEND_LIMITS, MOST_SPEND_TIMES).kind).toBe('good');
    expect(judgeSpend({ byLane: new Map([[one, laneWei * 3n + 1n]]) }, SPEND_LIMITS, MOST_SPEND_TIMES).kind).toBe('bad');
  });
});

describe('what a protocol runs on', () => {
  const code = (accepted: string | null, seen: string) => ({ protocol: 'aave-v3', what: 'the code of the pool', accepted, seen }) as const;

  it('is bad once it is other than what was accepted; what is seen for the first time is not', () => {
    expect(judgeCode([code('0x1', '0x1'), code(null, '0x2')]).kind).toBe('good');
    expect(judgeCode([code('0x1', '0x2')])).toEqual({ kind: 'bad', why: 'the code of the pool was 0x1 and is 0x2' });
  });
});

describe('a rescue that the journal does not know', () => {
  const sent = { sender: anAddress(1), transactionHash: hash32(`0x${'1'.repeat(64)}`) };

  it('by a lane of ours is theft unless our signer signed it, and by another keeper is the backup\'s', () => {
    const kinds = [true, false].flatMap((isSigned) => [[anAddress(1)], [anAddress(2)]].flatMap((lanes) => [true, false].map((isKeeper) => classifyForeign(sent, { lanes, isSigned, isKeeper }))));
    expect(kinds).toEqual(['forgotten', 'forgotten', 'backup', 'stranger', 'theft', 'theft', 'backup', 'stranger']);
  });
});
