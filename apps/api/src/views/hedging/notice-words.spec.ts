import { describe, expect, it } from 'vitest';
import { chainId } from '@ballast/units';
import type { NoticeRecord } from '@ballast/storage';
import { SAMPLES } from '../../../../../libs/notifications/test/samples.js';
import { activityItem as itemShape } from '../../contract/schemas.js';
import { activityItem } from '../activity-view.js';
import { hedgingNoticeWords, isHedgingNotice, type HedgingNoticeKind } from './notice-words.js';

const kinds = Object.keys(SAMPLES).filter(isHedgingNotice);
/** With spaces that break, so that expectations can be read. */
const words = (kind: HedgingNoticeKind, change: Record<string, unknown> = {}) => {
  const { title, detail } = hedgingNoticeWords(kind, { ...SAMPLES[kind], ...change });
  return [title, detail].map((text) => text.replaceAll('\u00a0', ' '));
};

describe('notices about hedges and venues, in words', () => {
  it.each(kinds)('%s is told as a plain sentence, without a code or a gap', (kind) => {
    for (const data of [SAMPLES[kind], {}, null]) {
      const { title, detail } = hedgingNoticeWords(kind, data);
      for (const text of [title, detail]) {
        expect(text).toMatch(/^\S.*\S$/);
        expect(text).not.toMatch(/null|undefined|NaN|:instrument:|:account:/);
      }
      expect(title).not.toMatch(/\.$/);
      expect(detail).toMatch(/[.]$/);
    }
  });

  it.each<[HedgingNoticeKind, Record<string, unknown>, string, RegExp]>([
    ['hedge.traded', {}, 'PAPER: Sold 2.50 ETH on Hyperliquid', /^The hedge is further from its target .* At \$2,998\.50\.$/],
    ['hedge.cannot', {}, '12.35 ETH could not be hedged', /^The margin that is there does not carry a larger hedge\.$/],
    ['hedge.cannot', { reason: 'new-one' }, '12.35 ETH could not be hedged', /^The reason is "new-one"\.$/],
    ['hedge.margin', {}, '34.2% of the margin on Deribit is used', /^At 50% the hedge is made smaller\./],
    ['hedge.deposit-needed', {}, 'The hedge on Deribit needs 1,523.46 ETH', /^Only you can deposit it\./],
    ['hedge.budget', {}, 'The budget of your ETH hedge is spent', /^Hedging cost \$5,012\.33 of \$5,000\.00 in 30 days\. Nothing is added/],
    ['hedge.key', {}, 'The trading key for Deribit ends on 1 Dec 2026, 00:00:00 UTC', /closed before it ends/],
    ['hedge.key', { problem: 'refused', why: 'It was revoked' }, 'Deribit refuses the trading key', /^It was revoked\. Nothing is traded there/],
    ['venue.liquidated', {}, 'Deribit liquidated 30,000 contracts of ETH-PERPETUAL', /It was closed at \$4,120\.50\.$/],
    ['venue.unexplained', { what: 'manual' }, 'Somebody else than Ballast traded on Deribit', /^ETH-PERPETUAL was traded by hand/],
    ['venue.key-ended', {}, 'The key for Deribit was erased', /^You took the key away\. It ended one hedge and the protection of 2 accounts\./],
    ['account.protected', {}, 'Closed 12,000 contracts of ETH-PERPETUAL on Deribit', /At \$3,040\.50 or better\. With opening it again later it costs about \$24\.60\. 3,000 contracts are still to be traded\. Margin used: 71\.5% → 48\.9%; Ballast acts from 70% on\.$/],
    ['account.protected', { action: 'add-margin', amount: '250', currency: 'USDC' }, 'Added 250 USDC of margin on Deribit', /getting thin/],
    ['account.cannot', {}, 'Your account on Deribit needs 1.24 ETH', /^Nothing that you allow would be enough: it needs a deposit\. Only you can deposit it\./],
  ])('%s %o', (kind, change, title, detail) => {
    const [said, why] = words(kind, change);
    expect(said).toBe(title);
    expect(why).toMatch(detail);
  });

  it('are lines of the activity, under their own kind', () => {
    const notice: NoticeRecord = { id: 'n', chainId: chainId(31337), account: `0x${'1'.repeat(40)}` as never, positionId: null, kind: 'venue.back', severity: 'info', data: SAMPLES['venue.back'], createdAt: new Date(0) };
    expect(itemShape.parse(activityItem({ kind: 'notice', id: 'n', at: new Date(0), notice }))).toMatchObject({ id: 'notice:n', kind: 'venue.back', title: 'We read your account on Deribit again', detail: 'It was not read since 20 Nov 2026, 06:11:52 UTC.' });
  });
});
