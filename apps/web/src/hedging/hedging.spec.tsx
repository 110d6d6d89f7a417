import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { Waterfall } from '../charts/waterfall.js';
import { keyHeadline, WaitingKey } from '../connect/waiting-key.js';
import { aDerivatives, aHedge, aHedgeDecision, aLeg, aVenueAccount, aVenueKey, anExposure } from '../testing/hedging.js';
import { aPosition } from '../testing/positions.js';
import { PaperBadge } from './environment.js';
import { HedgeCard } from './hedge-card.js';
import { HedgeDecisionRecord, hedgeDecisionTitle } from './hedge-decision-record.js';
import { carriersOf, draftOf, requestOf } from './hedge-draft.js';
import { HedgeForm } from './hedge-form.js';
import { previewOf } from './hedge-preview.js';
import { MarginStrip } from './margin-strip.js';
import { UnderlyingsTable } from './underlyings.js';
import { AlarmsOf } from './venue-accounts.js';

const html = (node: ReactNode): string => renderToStaticMarkup(node);
const text = (node: ReactNode): string => html(node).replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
const NOTHING_WRITTEN = /NaN|Infinity|∞|undefined|null|\[object/;
const card = (hedge = aHedge()): ReactNode => <HedgeCard hedge={hedge} exposure={anExposure()} positions={[aPosition({ id: 'aave' })]} address="0x1" />;

describe('a hedge’s card', () => {
  it('says what it holds, what liquidates it, what it cost and that no loan is healthier by it', () => {
    const said = text(card());
    for (const part of ['Hedge on Hyperliquid', 'In band', '14.00 ETH at $3,204.00', '$3,981 (+27.9%)', '15.2× what it needs', '+$1,282.40', '−$61.75', 'above 49.83 ETH', '31% of this month’s $200', 'A hedge does not raise it']) expect(said).toContain(part);
    expect(said).not.toMatch(NOTHING_WRITTEN);
  });
  it('says why it cannot, as an alarm', () => {
    const said = html(card(aHedge({ state: 'cannot', sentence: 'The key was revoked at Hyperliquid.' })));
    expect(said).toContain('role="alert"');
    expect(said).toContain('The key was revoked');
    expect(said).toContain('is-danger');
  });
  it('invents nothing for what is not known, and no sum of what is known in part', () => {
    const said = text(card(aHedge({ before: null, held: null, after: null, target: null, band: null, onePercentFallUsd: null, health: null, decidedAt: null, legs: [aLeg(), aLeg({ instrument: 'BTC', entryUsd: null, resultUsd: null, marginRatio: null, liquidation: { kind: 'unknown', usd: null, distancePercent: null }, freshness: 'unknown' })] })));
    expect(said).not.toMatch(NOTHING_WRITTEN);
    expect(said).toContain('Result of all legs —');
  });
  it('carries its badge when it is paper, and none when it is live', () => {
    expect(text(card(aHedge({ environment: 'paper' })))).toContain('PAPER');
    expect(text(card())).not.toContain('PAPER');
    expect(html(<PaperBadge environment="paper" />)).toContain('<svg');
  });
});

describe('the waterfall', () => {
  it('says its bars to those who do not see them, and has them as a table', () => {
    const drawn = html(<Waterfall exposure={anExposure()} hedge={aHedge()} />);
    expect(drawn).toContain('Aave loan +42.00, Morpho loan +15.00, stETH loop +5.29, Before +62.29, Hedge −14.00, After +48.29 ETH. As a table below.');
    expect(drawn).toContain('Your band 43.60 to 49.83 ETH');
    expect(drawn).toContain('<table');
    expect(drawn).not.toMatch(NOTHING_WRITTEN);
  });
  it('stands where nothing is known', () => expect(html(<Waterfall exposure={anExposure({ parts: [], before: null, hedge: null, after: null })} hedge={null} />)).not.toMatch(NOTHING_WRITTEN));
});

it('the table of underlyings rounds what a fall costs up, and says what was left out', () => {
  const said = text(<UnderlyingsTable underlyings={[anExposure({ gammaPerPercent: null, missing: ['the volatility of an option'] })]} chosen="ETH" onChoose={() => undefined} />);
  for (const part of ['+62.29', '−14.00', '+48.29', '$1,507', '−$9.80', 'the volatility of an option']) expect(said).toContain(part);
});

it('the strip of an account says its sentence and where Ballast acts', () => {
  const strip = html(<MarginStrip account={aVenueAccount()} />);
  expect(strip).toContain('aria-label="ETH must rise 27.9%, to $3,981, before Hyperliquid may liquidate this account. 7% of its margin is used. Ballast acts at 38%."');
  expect(html(<MarginStrip account={aVenueAccount({ marginUsePercent: null })} />)).toBe('');
});

it('a rule that cannot run and an account that cannot be read are alarms, and paper is called paper', () => {
  const cannot = aVenueAccount({ protection: { state: 'cannot', bounds: null, actsAtUsePercent: null, sentence: 'The key was revoked.' } });
  const unread = aVenueAccount({ id: 'paper:deribit:account:x.ETH', environment: 'paper', venueName: 'Deribit', state: 'unread', unreadWhy: 'It is in maintenance.' });
  const said = html(<AlarmsOf derivatives={{ accounts: [cannot, unread], hedges: [aHedge({ state: 'cannot', sentence: 'No price.' })] }} address="0x1" />);
  for (const part of ['role="alert"', 'Ballast cannot act on your account at Hyperliquid', 'The key was revoked.', 'We cannot read your paper account at Deribit right now', 'Your hedge of ETH cannot be traded']) expect(said).toContain(part);
  expect(html(<AlarmsOf derivatives={aDerivatives()} address="0x1" />)).toBe('');
});

describe('a decision about a hedge', () => {
  it('shows why, what was weighed, its orders and how each went', () => {
    const said = text(<HedgeDecisionRecord decision={aHedgeDecision()} />);
    for (const part of ['Done', 'Sold 4.00 of ETH on Hyperliquid', 'above the band', 'Chosen: ', 'No account for puts is named, or none that is connected lists any', '4.00 of 4.00 filled', 'no lower than $3,103.06', '09:14:08.9', 'all of it filled']) expect(said).toContain(part);
  });
  it('claims nothing that was not sent', () => {
    expect(hedgeDecisionTitle(aHedgeDecision({ kind: 'cannot', orders: [] }))).toBe('Could not act on the ETH hedge');
    expect(hedgeDecisionTitle(aHedgeDecision({ kind: 'hold', orders: [], about: { kind: 'account', account: 'x' } }))).toBe('Left the derivative account as it is');
  });
});

describe('the form of a hedge', () => {
  const { accounts, keys } = aDerivatives();
  const carriers = carriersOf(accounts, keys, 'live');
  const draft = draftOf(null, carriers, 'ETH');
  const wrong = (change: Partial<typeof draft>): string => {
    const made = requestOf({ ...draft, ...change }, 'live');
    return 'wrong' in made ? made.wrong : '';
  };
  it('offers only accounts that may be traded in, and never paper for live', () => {
    expect(carriers).toHaveLength(1);
    expect(carriersOf(accounts, [aVenueKey({ state: 'connected' })], 'live')).toEqual([]);
    expect(carriersOf(accounts, keys, 'paper')).toEqual([]);
  });
  it('makes the request of what was typed', () => {
    expect(requestOf(draft, 'live')).toEqual({ request: { environment: 'live', mode: { kind: 'full', sharePercent: '75' }, maxNotionalUsd: '60000', fundingBudgetUsd: '200', maxLeverage: '1.8', survivePercent: '50', slippagePercent: '0.3', legs: [{ account: accounts[0]?.id, instrument: 'ETH', maxNotionalUsd: '60000' }] } });
    expect([draft.most, draftOf(aHedge({ request: { ...aHedge().request, maxNotionalUsd: '1234567.80' } }), carriers, 'ETH').most]).toEqual(['60,000', '1,234,567.80']);
  });
  it('shows again what is in force', () => {
    const made = requestOf(draftOf(aHedge(), carriers, 'ETH'), 'live');
    expect('request' in made && made.request).toMatchObject({ mode: { kind: 'full', sharePercent: '25' }, maxNotionalUsd: '60000' });
  });
  it('says in words what does not hold', () => {
    expect(wrong({ share: '101' })).toContain('1 to 100');
    expect(wrong({ kind: 'above-hf', belowHealth: '1.2', fullAtHealth: '1.5' })).toContain('begins at a health above');
    expect(wrong({ kind: 'tail' })).toContain('puts');
    expect(wrong({ most: '0' })).toContain('above zero');
    expect(wrong({ legs: [] })).toContain('account');
    expect(wrong({ legs: [...draft.legs, ...draft.legs] })).toContain('same instrument');
  });
  it('shows what it would come to, capped by the most that it may be worth', () => {
    expect(previewOf({ ...draft, most: '20000' }, anExposure())?.after).toBeCloseTo(62.29 - 20_000 / 3_120, 6);
    expect(previewOf({ ...draft, share: '25', most: '1000000' }, anExposure())?.after).toBeCloseTo(46.7175, 6);
    expect(previewOf(draft, null)).toBeNull();
  });
  it('tells both effects beside each limit', () => {
    const said = text(<HedgeForm draft={draft} exposure={anExposure()} underlying="ETH" carriers={carriers} onChange={() => undefined} />);
    expect(said.match(/Gives: /g)?.length).toBeGreaterThanOrEqual(5);
    expect(said).not.toMatch(NOTHING_WRITTEN);
  });
});

describe('a key that was handed in', () => {
  const waiting = (key = aVenueKey({ state: 'connected' })): string => html(<WaitingKey venueKey={key} derivatives={aDerivatives({ keys: [key] })} address="0x1" />);
  it('shows the warning with what the account holds before it can be accepted', () => {
    const said = waiting();
    expect(said).toContain('13,282.40 USDC');
    expect(said.indexOf('If our server is stolen')).toBeLessThan(said.indexOf('Accept and let Ballast trade inside these limits'));
    expect(said).toMatch(/<button[^>]*disabled=""[^>]*>Accept/);
  });
  it('cannot be accepted without a warning or before the account was read', () => {
    expect(waiting(aVenueKey({ state: 'connected', warning: null }))).toMatch(/type="checkbox" disabled=""/);
    expect(html(<WaitingKey venueKey={aVenueKey({ state: 'connected' })} derivatives={aDerivatives({ accounts: [] })} address="0x1" />)).toMatch(/type="checkbox" disabled=""/);
  });
  it('that was refused says why', () => {
    expect(waiting(aVenueKey({ state: 'refused', why: 'It can withdraw.' }))).toContain('It can withdraw.');
    expect(keyHeadline(aVenueKey({ state: 'refused' }))).toBe('Hyperliquid does not take this key');
  });
});
