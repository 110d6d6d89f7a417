import { describe, expect, it } from 'vitest';
import type { PositionId } from '@ballast/positions';
import type { Notice, NoticeKind } from '../ports.js';
import { alarmRoleOf, alarmSubjects } from './alarm-roles.js';

const positionId = '31337-aave-v3-0x7a3e00000000000000000000000000000000cafe' as PositionId;
const account = 'paper:hyperliquid:account:main';
const role = (kind: NoticeKind, data: Notice['data'] = {}, severity: Notice['severity'] = 'critical', loan: PositionId | null = positionId) => alarmRoleOf({ kind, data, severity, positionId: loan });

describe('what notices do to alarms', () => {
  it('a rule that cannot run opens one about its loan, with the reason as its cause, and the end of that ends it', () => {
    expect(role('not-protected', { reason: 'allowance-missing' })).toEqual({ kind: 'opens', subject: alarmSubjects.loan(positionId), cause: 'allowance-missing' });
    expect(role('protected-again', {}, 'info')).toEqual({ kind: 'ends', subjects: [alarmSubjects.loan(positionId)] });
  });
  it('a loan that cannot be read is an alarm of its own: that it is read again does not make its rule run', () => {
    const opened = role('not-protected', { reason: 'not-seen' });
    expect(opened).toMatchObject({ kind: 'opens', subject: alarmSubjects.unread(positionId) });
    expect(role('protected-again', { reason: 'not-seen' }, 'info')).toEqual({ kind: 'ends', subjects: [alarmSubjects.unread(positionId)] });
  });
  it('a rule that its owner took away ends what was told of it', () => {
    expect(role('not-protected', { reason: 'mandate-not-active' }, 'warning')).toEqual({ kind: 'ends', subjects: [alarmSubjects.loan(positionId), alarmSubjects.unread(positionId)] });
  });
  it('blindness is one alarm for all loans of an account', () => {
    expect(role('blind')).toMatchObject({ kind: 'opens', subject: 'blind' });
    expect(role('sighted', {}, 'info')).toEqual({ kind: 'ends', subjects: ['blind'] });
  });
  it('a stop is one where others set it, not where its owner did', () => {
    for (const by of ['operator', 'breaker']) expect(role('stop.set', { by, spell: 's1' }, 'critical', null)).toMatchObject({ kind: 'opens', subject: 'stop:s1' });
    for (const by of ['owner', 'shadow']) expect(role('stop.set', { by, spell: 's1' }, 'critical', null)).toEqual({ kind: 'passes' });
    expect(role('stop.set', { by: 'breaker', spell: 's1' }, 'warning', null)).toEqual({ kind: 'passes' });
    expect(role('stop.released', { by: 'operator', spell: 's1' }, 'info', null)).toEqual({ kind: 'ends', subjects: ['stop:s1'] });
  });
  it('hedges, guarded accounts, venues and orders end what they opened', () => {
    const pairs: readonly (readonly [NoticeKind, NoticeKind, Notice['data']])[] = [
      ['hedge.cannot', 'hedge.can-again', { environment: 'paper', underlying: 'ETH', reason: 'margin' }],
      ['hedge.cannot', 'hedge.can-again', { environment: 'paper', reason: 'failing' }],
      ['venue.unreachable', 'venue.back', { account }],
      ['venue.orders-fail', 'venue.orders-work', { account, instrument: 'ETH', reason: 'margin' }],
    ];
    for (const [opening, ending, data] of pairs) {
      const opened = role(opening, data, 'critical', null);
      expect(opened.kind).toBe('opens');
      expect(role(ending, data, 'info', null)).toEqual({ kind: 'ends', subjects: opened.kind === 'opens' ? [opened.subject] : [] });
    }
    expect(role('account.cannot', { account, reason: 'owner-must-deposit' }, 'critical', null)).toEqual({ kind: 'opens', subject: alarmSubjects.guarded(account), cause: 'owner-must-deposit' });
    expect(role('account.cannot', { account, reason: 'margin-refused' }, 'warning', null)).toEqual({ kind: 'passes' });
    expect(role('alarm.over', { subject: alarmSubjects.guarded(account) }, 'info', null)).toEqual({ kind: 'ends', subjects: [alarmSubjects.guarded(account)] });
  });
  it('moments and reminders pass', () => {
    for (const kind of ['action.failed', 'action.stuck', 'position.liquidated', 'mandate.expiring', 'operator.page', 'alarm.still'] as const) expect(role(kind)).toEqual({ kind: 'passes' });
  });
});
