import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type * as contract from '../contract/schemas.js';
import { metricsText } from './metrics-view.js';

const none = { kind: 'not-measured' } as const;
const measured = { kind: 'measured', count: 7, p50Ms: 1_500, p95Ms: 2_000, p99Ms: 2_500 } as const;
const stages = { triggerToSent: none, sentToMined: none, triggerToMined: none };
const status: z.infer<typeof contract.status> = {
  now: '2027-01-15T08:00:10.000Z', watchedAccounts: 3, openIntents: 1, pendingDeliveries: 2,
  chains: [{ chainId: 1, name: 'Ethereum', headNumber: '21000000', headTime: null, seenAt: '2027-01-15T08:00:07.500Z', blindSince: null, blindReason: null }],
  liveness: [{
    chainId: 1, measuredAt: '2027-01-15T08:00:05.000Z', checks: { guarded: { positions: 3, oldestAt: '2027-01-15T08:00:00.000Z', medianAt: null }, all: { positions: 4, oldestAt: null, medianAt: null } }, openIntents: 1,
    mandates: { armed: 3, cannot: 1, undecided: 0, reasons: [{ reason: 'wallet-"empty"\\\n', sentence: '', count: 1 }] },
    actions: { day: stages, month: { ...stages, triggerToSent: measured } }, blindSpells: { day: 0, month: 2, last: [] },
  }],
};

describe('the metrics', () => {
  const lines = metricsText(status, { issuedAt: new Date('2027-01-15T08:00:09.000Z'), sequence: 42n }).split('\n');

  it.each([
    'ballast_chain_head_number{chain="1"} 21000000', 'ballast_chain_head_age_seconds{chain="1"} 2.5', 'ballast_chain_blind{chain="1"} 0', 'ballast_liveness_age_seconds{chain="1"} 5',
    'ballast_position_check_age_seconds{chain="1",loans="guarded",which="oldest"} 10', 'ballast_mandates_armed{chain="1"} 3', 'ballast_mandates_cannot_run{chain="1"} 1', 'ballast_blind_spells{chain="1",window="30d"} 2',
    'ballast_action_seconds{chain="1",window="30d",stage="trigger_to_sent",quantile="0.95"} 2', 'ballast_actions_timed{chain="1",window="30d",stage="trigger_to_sent"} 7',
    'ballast_heartbeat_age_seconds 1', 'ballast_heartbeat_sequence 42', 'ballast_open_intents 1', 'ballast_pending_deliveries 2',
  ])('say %s', (line) => expect(lines).toContain(line));

  it('are well formed: each with its help and type once before its samples, labels escaped, a line feed at the end', () => {
    expect(lines).toContain('ballast_mandates_cannot_run_by_reason{chain="1",reason="wallet-\\"empty\\"\\\\\\n"} 1');
    expect(lines.at(-1)).toBe('');
    const named = new Set<string>();
    let current = '';
    for (const line of lines.slice(0, -1)) {
      const [, name] = /^# (?:HELP|TYPE) (\w+) /.exec(line) ?? [];
      if (line.startsWith('# HELP')) {
        expect(named.has(name!)).toBe(false);
        named.add((current = name!));
      } else if (line.startsWith('# TYPE')) expect([name, line.endsWith(' gauge')]).toEqual([current, true]);
      else expect(line).toMatch(new RegExp(`^${current}(\\{[a-z]+="([^"\\\\\\n]|\\\\["\\\\n])*"(,[a-z]+="([^"\\\\\\n]|\\\\["\\\\n])*")*\\})? -?\\d+(\\.\\d+)?$`));
    }
  });

  it('have no sample for what is not known', () => {
    const text = metricsText({ ...status, liveness: [], chains: [{ ...status.chains[0]!, headNumber: null, seenAt: null }] }, null);
    expect(text).not.toMatch(/NaN|null|head_number|heartbeat|position/);
    expect(lines.join('\n')).not.toMatch(/which="median"|window="24h",stage="\w+",quantile/);
    expect(lines).toContain('ballast_actions_timed{chain="1",window="24h",stage="trigger_to_sent"} 0');
  });
});
