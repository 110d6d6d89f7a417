import { describe, expect, it } from 'vitest';
import type { BlockRef } from '@ballast/connectors';
import { alarmRoleOf, type Notice } from '@ballast/policy';
import { aLendingPosition } from '../../../../test/factories/lending-position.js';
import { UnreadAlarm } from './unread-alarm.js';

const { id, provenance: { chainId } } = aLendingPosition();

/** One process, with what it told; a block a call. */
function process() {
  const told: Notice[] = [];
  let outboxFails = false;
  const alarm = new UnreadAlarm(chainId, { tell: async (notices: readonly Notice[]) => (outboxFails ? Promise.reject(new Error('no database')) : void told.push(...notices)) } as never);
  let number = 100n;
  const look = (isRead: boolean) => alarm.note([id], new Set(isRead ? [id] : []), { number: (number += 1n) } as BlockRef);
  return { told, look, fail: (fails: boolean) => (outboxFails = fails) };
}
const kinds = (told: readonly Notice[]) => told.map(({ kind }) => kind);

describe('a loan that cannot be read', () => {
  it('is told after five blocks in a row, and that it is read again ends the alarm that it was', async () => {
    const { told, look } = process();
    await look(true);
    for (const _ of [1, 2, 3, 4]) await look(false);
    expect(kinds(told)).toEqual(['alarm.over']);
    await look(false);
    await look(true);
    expect(kinds(told)).toEqual(['alarm.over', 'not-protected', 'protected-again']);
    const [, opened, ended] = told.map((notice) => alarmRoleOf(notice));
    expect(ended).toEqual({ kind: 'ends', subjects: opened?.kind === 'opens' ? [opened.subject] : [] });
  });

  it('was told by a process that is gone: the next one that reads it says that it is over, once, and until that is written', async () => {
    const { told, look, fail } = process();
    fail(true);
    await expect(look(true)).rejects.toThrow('no database');
    fail(false);
    await look(true);
    await look(true);
    expect(told).toMatchObject([{ kind: 'alarm.over', data: { of: 'not-protected', subject: `unread:${id}` } }]);
  });
});
