import { describe, expect, it } from 'vitest';
import type { AlarmRecord } from '@ballast/storage';
import { address, chainId } from '@ballast/units';
import { alarm as alarmSchema } from '../contract/schemas.js';
import { alarmView } from './alarm-view.js';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 6, minute));
const record = (given: Partial<AlarmRecord> = {}): AlarmRecord => ({
  id: 'alm_1', chainId: chainId(31337), account: address('0x7a3e00000000000000000000000000000000cafe'), positionId: null, kind: 'not-protected', cause: 'allowance-missing', data: { reason: 'allowance-missing', sentence: 'The permission is missing.' },
  openedAt: at(0), tellings: 2, toldAt: at(15), tellAt: at(59), acknowledgedAt: null, acknowledgedBy: null, endedAt: null, ...given,
});

describe('an alarm as its owner sees it', () => {
  it('says what it is, since when, how often it was told and when it is told again', () => {
    const view = alarmView(record());
    expect(alarmSchema.parse(view)).toEqual(view);
    expect(view).toMatchObject({ title: 'Not protected', detail: 'The permission is missing.', tellings: 2, againAt: at(59).toISOString(), acknowledgedBy: null });
  });
  it('is told no more once it was seen or is over, and names nobody by the id of his subscription', () => {
    expect(alarmView(record({ acknowledgedAt: at(20), acknowledgedBy: '5f0c9f5e' }))).toMatchObject({ againAt: null, acknowledgedBy: 'link', acknowledgedAt: at(20).toISOString() });
    expect(alarmView(record({ acknowledgedAt: at(20), acknowledgedBy: 'owner' })).acknowledgedBy).toBe('owner');
    expect(alarmView(record({ endedAt: at(21) }))).toMatchObject({ againAt: null, endedAt: at(21).toISOString() });
  });
  it('shows words and no codes, and a kind without a title by its name', () => {
    expect(alarmView(record({ data: { reason: 'margin' } })).detail).toBeNull();
    expect(alarmView(record({ kind: 'blind', data: { reason: 'no new block' } }))).toMatchObject({ title: 'We cannot see the chain', detail: 'no new block' });
    expect(alarmView(record({ kind: 'new.kind', data: null }))).toMatchObject({ title: 'new.kind', detail: null });
  });
});
