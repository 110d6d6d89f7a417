import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aHedgingStatus, aLiveness } from '../testing/liveness.js';
import { aDecision, aPosition, aProtection } from '../testing/positions.js';
import { protectionMark } from '../words/states.js';
import { DecisionRecord, decisionTitle } from './decision-record.js';
import { DistanceStrip } from './distance-strip.js';
import { Emphasised } from './emphasised.js';
import { HedgingCard } from './hedging-card.js';
import { LivenessCards } from './liveness-cards.js';
import { exposureInWords } from './together.js';
import { StateChip } from './state-chip.js';

const html = (node: ReactNode): string => renderToStaticMarkup(node);
const text = (node: ReactNode): string => html(node).replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

describe('a state chip', () => {
  it('carries its word and its shape beside its colour', () => {
    const chip = html(<StateChip mark={protectionMark('not-protected')} />);
    expect(chip).toContain('Not protected');
    expect(chip).toContain('<svg');
  });
});

describe('how well a chain is watched', () => {
  it('says first which rules cannot run, and why', () => {
    const said = text(<LivenessCards name="Base" liveness={aLiveness({ mandates: { armed: 3, cannot: 1, undecided: 0, reasons: [{ reason: 'wallet-empty', sentence: 'The wallet holds none.', count: 1 }] } })} />);
    expect(said).toContain('1 of 3 rules in force cannot run');
    expect(said).toContain('The wallet holds none. 1');
  });
  it('invents no time that was not measured', () => {
    const said = text(<LivenessCards name="Base" liveness={aLiveness()} />);
    expect(said.match(/Not measured yet/g)).toHaveLength(6);
    expect(said).not.toMatch(/NaN|0\.0 s/);
    expect(said).toContain('Never blind in the last 30 days');
  });
  it('says that its figures are old', () => expect(text(<LivenessCards name="Base" liveness={aLiveness()} />)).toContain('may hold no more'));
});

describe('how lately hedges were looked after', () => {
  const [now, old] = ['2026-03-12T10:50:00.000Z', '2026-03-12T10:46:50.000Z'];
  beforeEach(() => void vi.useFakeTimers({ now: Date.parse(now), toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());
  const said = (given: Parameters<typeof aHedgingStatus>[1] = {}): string => text(<HedgingCard name="Base" hedging={aHedgingStatus(now, given)} />);

  it('is said with how many they are', () => {
    expect(said()).toContain('2 hedges in force and 1 account guarded for loans on Base');
    expect(said()).toContain('4 accounts at venues are watched');
    expect(said()).not.toContain('Not all');
  });
  it('is an alarm where somebody was left out, or nobody was looked after yet', () => {
    expect(said({ roundAt: old })).toContain('Not all of them were looked after in the last 3 min');
    expect(said({ roundAt: null })).toContain('Not all of them were looked after yet');
    expect(said({ roundAt: null })).not.toMatch(/NaN|null|undefined/);
  });
  it('is nothing where there are none, and no alarm where accounts are only watched', () => {
    expect(said({ plans: 0, guarded: 0, accounts: 0, roundAt: null, oldestReadingAt: null })).toBe('');
    expect(said({ plans: 0, guarded: 0, roundAt: null })).toContain('Nothing is hedged or guarded for loans on Base');
    expect(said({ plans: 0, guarded: 0, roundAt: null })).not.toContain('Not all');
  });
});

describe('loans taken together', () => {
  it('say what they gain and lose with', () => {
    const exposure = { of: 'ETH', kind: 'underlying' as const, owned: '22', owed: '0' };
    expect(exposureInWords({ ...exposure, net: '22.000000000000000000' })).toBe('+22\u00a0ETH');
    expect(exposureInWords({ ...exposure, of: 'USD', net: '-20000.000000000000000000' })).toBe('−20,000\u00a0USD');
  });
});

describe('the distance strip', () => {
  it('says its sentence to those who do not see it', () => {
    const strip = html(<DistanceStrip position={aPosition({ protection: aProtection({ actsAtHealth: '1.16' }) })} />);
    expect(strip).toContain('aria-label="ETH must fall 19.3%, to $2,517, before Aave may liquidate you. 6.3 typical daily moves away. Ballast acts at 4.3."');
  });
  it('draws no point where the distance is unknown', () => {
    expect(html(<DistanceStrip position={aPosition({ dailyMoves: null })} />)).not.toContain('strip-now');
  });
});

describe('a decision’s record', () => {
  it('shows what came of it, what was weighed and how it went', () => {
    const record = text(<DecisionRecord decision={aDecision()} />);
    for (const part of ['Saved', 'Repaid 18,422\u00a0USDC'.replace('\u00a0', ' '), 'from 1.157 to 1.401', '$4.10', 'borne by Ballast', 'Cheapest that is enough', 'Wallet holds 2.10 WETH', 'Confirmed', '21:14:47.0']) expect(record).toContain(part);
  });
  it('shows what each candidate costs and from what, what it averts and what is gained, and what is at stake', () => {
    const record = text(<DecisionRecord decision={aDecision()} />);
    for (const part of ['Its chance within 3 days is 55.3%', 'Loss averted', '$1,210.55', '$1,206.45', 'gas $4.10', 'Hedge on a venue', 'fees $131.04 · funding $57.06', '−$188.10', 'No venue is connected']) expect(record).toContain(part);
  });
  it('shows a record of before costs were taken apart as it did then', () => {
    const old = aDecision({ stakes: null });
    const record = text(<DecisionRecord decision={{ ...old, candidates: old.candidates.slice(0, 2).map((candidate) => ({ ...candidate, costs: null, avertedUsd: null, netUsd: null })) }} />);
    expect(record).not.toContain('Loss averted');
    expect(record).toContain('$4.10');
    expect(record).not.toMatch(/NaN|Infinity|undefined|null/);
  });
  it('shows a failure and its reason, and claims no repayment', () => {
    const { intent } = aDecision();
    const failed = aDecision({ intent: intent && { ...intent, receipt: null, steps: [], failure: { code: 'deadline', message: 'The block came too late.' } } });
    expect(decisionTitle(failed)).toBe('Tried to repay 18,422\u00a0USDC and failed');
    expect(text(<DecisionRecord decision={failed} />)).toContain('The block came too late.');
    expect(text(<DecisionRecord decision={failed} />)).not.toContain('Saved');
  });
  it('never shows not-a-number or infinity for what is missing', () => {
    const bare = text(<DecisionRecord decision={aDecision({ kind: 'hold', intent: null, candidates: [], stakes: null, health: null, lowestHealth: null, triggerHealth: null, targetHealth: null })} />);
    expect(bare).not.toMatch(/NaN|Infinity|∞|undefined|null/);
  });
});

it('sets the figures of a generated sentence in bold and loses none of its words', () => {
  const sentence = 'Until 21 May 2027, if the health of this loan is below 1.20, Ballast may repay it, up to 85,000 USDC, at most 1.0%.';
  const shown = html(<Emphasised text={sentence} />);
  expect([...shown.matchAll(/<b>([^<]+)<\/b>/g)].map((match) => match[1])).toEqual(['21 May 2027', '1.20', '85,000 USDC', '1.0%']);
  expect(shown.replace(/<\/?b>/g, '')).toBe(sentence);
});
