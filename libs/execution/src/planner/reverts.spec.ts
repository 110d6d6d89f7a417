import * as contracts from '@ballast/contracts';
import { aaveFillerAbi, aaveGuardAbi, keepersAbi, tokenErrorsAbi, venueErrorsAbi } from '@ballast/contracts';
import fc from 'fast-check';
import { AbiCoder, Interface, type JsonFragment } from 'ethers';
import { describe, expect, it } from 'vitest';
import { classifyRevert, retryClassOf } from './reverts.js';

const guard = new Interface(aaveGuardAbi as readonly JsonFragment[]);
const others = new Interface([...venueErrorsAbi, ...tokenErrorsAbi]);
const zero = (type: string): unknown => (type === 'address' ? `0x${'0'.repeat(40)}` : type === 'bytes32' ? `0x${'0'.repeat(64)}` : 0);
const dataOf = (abi: Interface, name: string): string => abi.encodeErrorResult(name, abi.getError(name)?.inputs.map((input) => zero(input.type)) ?? []);
const names = (abi: Interface): string[] => abi.fragments.filter((fragment) => fragment.type === 'error').map((fragment) => (fragment as unknown as { name: string }).name);
const filler = new Interface(aaveFillerAbi as readonly JsonFragment[]);
const keepers = new Interface(keepersAbi as readonly JsonFragment[]);
/** Seen only when a contract is deployed, or by somebody who removes a keeper: never by a call of the executor. */
const NOT_FROM_CALLS = [
  'PoolNotContract', 'VenueNotContract', 'NotContract', 'ZeroAddress', 'ListedTwice', 'NotExternallyOwned', 'PricedTwice', 'NoHeartbeat', 'DeviationTooWide', 'MayNotRemove',
];
/** Every interface that the contracts library gives out. */
const ALL = Object.entries(contracts).flatMap(([name, given]) => (name.endsWith('Abi') && Array.isArray(given) ? [[name, new Interface(given as readonly JsonFragment[])] as const] : []));

describe('reverts', () => {
  const every = ALL.flatMap(([abi, errors]) => names(errors).filter((name) => !NOT_FROM_CALLS.includes(name)).map((name) => [abi, name, errors] as const));

  it('are looked for in every interface of the contracts library', () => {
    const interfaces = new Set(every.map(([abi]) => abi));
    for (const abi of ['aaveGuardAbi', 'aaveFillerAbi', 'keepersAbi', 'venueErrorsAbi', 'tokenErrorsAbi']) expect(interfaces).toContain(abi);
  });

  it.each(every)('are all known: %s %s', (_, name, errors) => {
    const found = classifyRevert(dataOf(errors, name));
    expect(found.code).not.toBe('unknown-revert');
    expect(found.message.length).toBeGreaterThan(20);
    expect(retryClassOf(found.code)).toBe(found.class);
  });

  it.each([
    ['NotTriggered', guard, 'not-triggered', 'resolved'],
    ['NotActive', guard, 'not-active', 'needs-user'],
    ['AboveBand', guard, 'above-band', 'wait'],
    ['BelowBand', guard, 'below-band', 'larger-step'],
    ['WrongPrev', guard, 'wrong-prev', 'needs-user'],
    ['CostTooHigh', guard, 'cost-too-high', 'stale-market'],
    ['CollateralOverdrawn', guard, 'collateral-overdrawn', 'bug'],
    ['NothingReleasable', guard, 'nothing-releasable', 'needs-user'],
    ['StaleFeed', keepers, 'stale-feed', 'stale-market'],
    ['FeedChanged', keepers, 'feed-changed', 'needs-user'],
    ['SwapTooSmall', filler, 'swap-too-small', 'stale-market'],
    ['UnexpectedLoan', filler, 'unexpected-loan', 'bug'],
    ['ReservePaused', others, 'reserve-paused', 'wait'],
    ['ReserveFrozen', others, 'reserve-frozen', 'other-action'],
    ['LtvValidationFailed', others, 'ltv-validation-failed', 'needs-user'],
    ['ERC20InsufficientAllowance', others, 'erc20-insufficient-allowance', 'needs-user'],
  ])('%s', (name, abi, code, kind) => {
    expect(classifyRevert(dataOf(abi, name))).toMatchObject({ code, class: kind });
  });

  it('of a mandate that is live already, or of an action not wanted any more, are no failures', () => {
    expect(['already-active', 'no-longer-wanted'].map(retryClassOf)).toEqual(['resolved', 'resolved']);
  });

  it('keep their figures', () => {
    expect(classifyRevert(guard.encodeErrorResult('BelowMin', [4n, 5n])).args).toEqual({ amount: '4', min: '5' });
  });

  it('in words are read for what the token means', () => {
    const said = (text: string): string => `0x08c379a0${AbiCoder.defaultAbiCoder().encode(['string'], [text]).slice(2)}`;
    expect(classifyRevert(said('ERC20: transfer amount exceeds allowance'))).toMatchObject({ code: 'token-refused', class: 'needs-user' });
    expect(classifyRevert(said('Too little received'))).toMatchObject({ code: 'sale-too-small', class: 'stale-market' });
    for (const code of ['sale-too-small', 'sale-too-late', 'token-refused', 'market-illiquid']) expect(retryClassOf(code)).not.toBe('bug');
    expect(classifyRevert(said('51'))).toMatchObject({ code: 'reverted-with-message', class: 'bug' });
    expect(classifyRevert(`0x4e487b71${'0'.repeat(62)}11`)).toMatchObject({ code: 'panic', class: 'bug' });
  });

  it('of our own have a class too: a stop ends some time', () => {
    expect(['stopped', 'failed-too-often', 'deadline-passed', 'no-longer-wanted', 'toString'].map(retryClassOf)).toEqual(['wait', 'wait', 'wait', 'resolved', 'bug']);
  });

  it('that nobody knows are a bug, whatever their bytes', () => {
    expect(classifyRevert('0x')).toMatchObject({ code: 'unknown-revert', class: 'bug' });
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      expect(classifyRevert(`0x${Buffer.from(bytes).toString('hex')}`).code).toBeTruthy();
    }));
    const cut = guard.encodeErrorResult('BelowMin', [4n, 5n]).slice(0, 30);
    expect(['below-min', 'unknown-revert']).toContain(classifyRevert(cut).code);
  });
});
