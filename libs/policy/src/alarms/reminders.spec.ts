import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REMINDER_WAITS_MS, reminderOf, waitAfterTelling, type AlarmTold } from './reminders.js';

const MINUTE = 60_000;
const open: AlarmTold = { tellings: 1, toldAt: 1_000, isAcknowledged: false, isOver: false };
const anAlarm = fc.record({ tellings: fc.integer({ min: 1, max: 1_000 }), toldAt: fc.integer({ min: 0, max: 4e12 }), isAcknowledged: fc.constant(false), isOver: fc.constant(false) });

describe('an alarm is told again', () => {
  it('after 15 minutes, an hour, and then every 6 hours', () => {
    expect([1, 2, 3, 4, 50].map((tellings) => waitAfterTelling(tellings) / MINUTE)).toEqual([15, 60, 360, 360, 360]);
  });
  it('not a millisecond earlier, and under the next number', () => {
    expect(reminderOf(open, 1_000 + 15 * MINUTE - 1)).toEqual({ kind: 'waits', until: 1_000 + 15 * MINUTE });
    expect(reminderOf(open, 1_000 + 15 * MINUTE)).toEqual({ kind: 'due', telling: 2 });
  });
  it('never once it was acknowledged or is over', () => {
    fc.assert(fc.property(anAlarm, fc.constantFrom({ isAcknowledged: true }, { isOver: true }), fc.integer({ min: 0, max: 8e12 }), (alarm, end, now) => {
      expect(reminderOf({ ...alarm, ...end }, now)).toEqual({ kind: 'none' });
    }));
  });
  it('however often, at intervals that do not shrink', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 10_000 }), (tellings) => {
      expect(waitAfterTelling(tellings + 1)).toBeGreaterThanOrEqual(waitAfterTelling(tellings));
    }));
    expect(REMINDER_WAITS_MS.toSorted((one, other) => one - other)).toEqual(REMINDER_WAITS_MS);
  });
  it('at exactly the time that it said it waits for, and until then it waits', () => {
    fc.assert(fc.property(anAlarm, fc.integer({ min: 0, max: 8e12 }), (alarm, now) => {
      const said = reminderOf(alarm, now);
      expect(said.kind === 'waits' || (said.kind === 'due' && said.telling === alarm.tellings + 1)).toBe(true);
      if (said.kind === 'waits') expect([said.until > now, reminderOf(alarm, said.until).kind]).toEqual([true, 'due']);
    }));
  });
  it('once, however many times were missed', () => {
    fc.assert(fc.property(anAlarm, fc.integer({ min: 0, max: 1e11 }), (alarm, late) => {
      const now = alarm.toldAt + waitAfterTelling(alarm.tellings) + late;
      expect(reminderOf({ ...alarm, tellings: alarm.tellings + 1, toldAt: now }, now).kind).toBe('waits');
    }));
  });
});
