import { describe, expect, it } from 'vitest';
import type { MarginMove, VenueJournal } from '@ballast/policy';
import { instrumentId, venueAccountId } from '@ballast/positions';
import { address, chainId, type SettlementE18 } from '@ballast/units';
import { MarginDesk } from './margin-desk.js';

const PLACE = { environment: 'paper', venue: 'hyperliquid' } as const;
const ACCOUNT = venueAccountId(PLACE, 'main');
const MOVE: MarginMove = { id: 'm', account: ACCOUNT, instrument: instrumentId(PLACE, 'ETH'), amount: 5n as SettlementE18, marginBefore: 1n as SettlementE18, state: 'PLANNED', sentAt: null, why: null };

describe('a move of margin', () => {
  it('is said to be sent by nobody where the venue may not be asked now', async () => {
    const states: string[] = [];
    const journal: Pick<VenueJournal, 'openMoves' | 'sendingMove' | 'advanceMove'> = {
      openMoves: async () => [],
      sendingMove: async () => (states.push('SENT'), { kind: 'sent' }),
      advanceMove: async (_, { state }) => (states.push(state), true),
    };
    const desk = new MarginDesk({ journal, talk: () => Promise.reject(new Error('it gave no answer a moment ago')), notices: () => [], now: () => 1_800_000_000_000 });
    expect(await desk.send(MOVE, { account: ACCOUNT, fence: 1n }, { chainId: chainId(1), owner: address(`0x${'0a'.repeat(20)}`) })).toMatchObject({ state: 'DROPPED', why: 'venue-not-reached' });
    expect(states).toEqual(['DROPPED']);
  });
});
