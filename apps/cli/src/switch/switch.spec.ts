import { describe, expect, it } from 'vitest';
import type { Stop, StopScope } from '@ballast/policy';
import type { StopRecord } from '@ballast/storage';
import { readSwitchCommand } from './command.js';
import { runSwitch } from './run.js';

const OWNER = `0x${'ab'.repeat(20)}`;
const read = (line: string) => readSwitchCommand(line.split(' ').map((word) => word.replaceAll('_', ' ')));

describe('the command line of a switch', () => {
  it('names every scope', () => {
    expect(read('stop global --reason a_drill')).toEqual({ kind: 'stop', scope: { kind: 'global' }, stops: 'all', reason: 'a drill' });
    expect(read('stop chain 1 --only not-urgent --reason a_drill')).toMatchObject({ scope: { kind: 'chain', chainId: 1 }, stops: 'not-urgent' });
    expect(read('stop --reason a_drill protocol 8453 morpho-blue')).toMatchObject({ scope: { kind: 'protocol', chainId: 8453, protocol: 'morpho-blue' } });
    expect(read(`stop asset 1 aave-v3 ${OWNER.toUpperCase().replace('X', 'x')} --only fill --reason a_drill`)).toMatchObject({ scope: { kind: 'asset', asset: OWNER }, stops: 'fill' });
    expect(read(`release owner 1 ${OWNER}`)).toEqual({ kind: 'release', scope: { kind: 'owner', chainId: 1, owner: OWNER }, setBy: 'operator' });
    expect(read('release chain 1 --breaker key-theft')).toMatchObject({ setBy: 'key-theft' });
    expect(read('list')).toEqual({ kind: 'list' });
  });

  it.each([
    ['nothing', '', /nothing/], ['another word', 'halt global', /halt global/], ['no reason', 'stop global', /--reason: got nothing/], ['no scope', 'stop --reason x', /scope: got nothing/],
    ['a chain that is no number', 'stop chain one --reason x', /chain id/], ['an unknown protocol', 'stop protocol 1 maker --reason x', /"maker"/], ['too much', 'stop chain 1 2 --reason x', /scope: got chain 1 2/],
    ['an unknown degree', 'stop global --only sales --reason x', /fill or not-urgent/], ['an unknown breaker', 'release global --breaker fuse', /key-theft/], ['an unknown option', 'release global --force yes', /--breaker/],
    ['an option without a value', 'release global --breaker', /a value after it/], ['all of one token', `stop asset 1 aave-v3 ${OWNER} --reason x`, /one of its sales/],
  ])('refuses %s and says what is expected', (_, line, message) => {
    expect(() => readSwitchCommand(line === '' ? [] : line.split(' '))).toThrow(message);
  });
});

describe('what a switch prints', () => {
  const store = () => {
    const rows: StopRecord[] = [];
    const same = (scope: StopScope, setBy: string) => (row: StopRecord) => JSON.stringify(row.scope) === JSON.stringify(scope) && row.setBy === setBy;
    return {
      rows,
      inForce: async () => rows,
      stop: async (stop: Stop) => {
        const at = rows.findIndex(same(stop.scope, stop.setBy));
        if (at >= 0) rows[at] = { ...stop, since: rows[at]!.since };
        else rows.push({ ...stop, since: new Date(0) });
        return at < 0;
      },
      releaseForOperator: async (scope: StopScope, setBy: string) => {
        const at = rows.findIndex(same(scope, setBy));
        if (at >= 0) rows.splice(at, 1);
        return at >= 0;
      },
    };
  };

  it('is what it did and what remains in force', async () => {
    const switches = store();
    expect(await runSwitch(read('list'), switches)).toBe('Nothing is stopped.');
    expect(await runSwitch(read('stop chain 1 --reason a_drill'), switches)).toBe('Stopped everything on chain 1. From now on nothing of it is signed; what was signed before may still be mined.\nIn force:\n  everything on chain 1, by operator since 1970-01-01T00:00:00.000Z: a drill');
    expect(await runSwitch(read('stop chain 1 --only fill --reason less'), switches)).toContain('Was stopped already; now it is sales of collateral on chain 1');
    switches.rows.push({ scope: { kind: 'chain', chainId: 1 }, stops: 'fill', setBy: 'base-fee', reason: 'gas is dear', since: new Date(0) });
    expect(await runSwitch(read('release chain 1'), switches)).toBe('Taken away: the stop of an operator on chain 1.\nIn force:\n  sales of collateral on chain 1, by base-fee since 1970-01-01T00:00:00.000Z: gas is dear');
    expect(await runSwitch(read('release chain 1'), switches)).toContain('Nothing was taken away: an operator has stopped nothing on chain 1.');
    expect(await runSwitch(read('release chain 1 --breaker base-fee'), switches)).toBe('Taken away: the stop of breaker base-fee on chain 1. It trips again if its fact is still bad.\nNothing is stopped.');
  });
});
