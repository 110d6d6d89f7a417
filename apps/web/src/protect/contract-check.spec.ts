import { readFileSync } from 'node:fs';
import { Interface } from 'ethers';
import { describe, expect, it } from 'vitest';
import { GUARD_KINDS } from '../../revoke/contracts.js';
import type { MandateDraft } from '../api/types.js';
import { A_WETH, GUARD, aChain, aDraft } from '../testing/drafts.js';
import type { Wallet } from '../wallet/provider.js';
import { checkContract, findingOf, flawOf, approveData, authorizeData, setData } from './contract-check.js';

const OTHER = `0x${'ee'.repeat(20)}`;
const changed = (index: number, change: (approval: MandateDraft['approvals'][number]) => MandateDraft['approvals'][number]): MandateDraft => {
  const draft = aDraft();
  return { ...draft, approvals: draft.approvals.map((approval, at) => (at === index ? change(approval) : approval)) };
};
const inPermit = (index: number, message: object, domain: object = {}): MandateDraft =>
  changed(index, (approval) => approval.permit === null ? approval : { ...approval, permit: { ...approval.permit, typedData: { ...approval.permit.typedData, domain: { ...approval.permit.typedData.domain, ...domain }, message: { ...approval.permit.typedData.message, ...message } } } });

describe('every spender shown is the guard', () => {
  it('holds for an honest draft, whatever the case of its letters', () => {
    expect(flawOf(aDraft(), aChain, 'aave-v3')).toBeNull();
    expect(flawOf(aDraft(), { ...aChain, guards: [{ contract: 'AaveGuard', address: GUARD.toUpperCase().replace('0X', '0x') }] }, 'aave-v3')).toBeNull();
  });

  it.each<[string, MandateDraft]>([
    ['another verifying contract', { ...aDraft(), typedData: { ...aDraft().typedData, domain: { ...aDraft().typedData.domain, verifyingContract: OTHER } } }],
    ['another keepers contract', { ...aDraft(), typedData: { ...aDraft().typedData, message: { ...aDraft().typedData.message, keepers: OTHER } } }],
    ['another spender', changed(0, (approval) => ({ ...approval, spender: OTHER }))],
    ['another spender in the transaction', changed(1, (approval) => ({ ...approval, transaction: { ...approval.transaction, data: approveData(OTHER, approval.suggestedRaw) } }))],
    ['an approval without end', changed(1, (approval) => ({ ...approval, transaction: { ...approval.transaction, data: approveData(GUARD, ((1n << 256n) - 1n).toString()) } }))],
    ['a call to another contract', changed(0, (approval) => ({ ...approval, transaction: { ...approval.transaction, to: OTHER } }))],
    ['another call of the token', changed(0, (approval) => ({ ...approval, transaction: { ...approval.transaction, data: approval.transaction.data.replace('0x095ea7b3', '0xa9059cbb') } }))],
    ['another spender in the permit', inPermit(0, { spender: OTHER })],
    ['a permit without end', inPermit(1, { value: ((1n << 256n) - 1n).toString() })],
    ['a permit that runs longer than it says', inPermit(0, { deadline: '9999999999' })],
    ['a permit for another token', inPermit(1, {}, { verifyingContract: OTHER })],
    ['a permit for another chain', inPermit(1, {}, { chainId: 8453 })],
  ])('fails for %s', (_name, draft) => {
    expect(flawOf(draft, aChain, 'aave-v3')).toMatch(/^(The|A) /);
  });

  it('looks into the transaction of a Safe', () => {
    const draft = aDraft();
    const calls = [...draft.approvals.map(({ transaction }) => ({ ...transaction, what: 'Approve' })), { to: GUARD, data: setData(draft.typedData), value: '0x0' as const, what: 'Set' }];
    const safe = (given: typeof calls): MandateDraft => ({ ...draft, safe: { account: GUARD, owners: [], threshold: 1, safeTxHash: '0x', typedData: {} as never, calls: given } });
    expect(flawOf(safe(calls), aChain, 'aave-v3')).toBeNull();
    expect(flawOf(safe(calls.slice(1)), aChain, 'aave-v3')).toContain('other calls');
    expect(flawOf(safe([...calls].reverse()), aChain, 'aave-v3')).toContain('other calls');
    expect(flawOf(safe(calls.map((call, index) => (index === 0 ? { ...call, data: approveData(OTHER, '1') } : call))), aChain, 'aave-v3')).toContain('other calls');
    expect(flawOf(safe(calls.map((call, index) => (index === 2 ? { ...call, to: OTHER } : call))), aChain, 'aave-v3')).toContain('other calls');
    expect(flawOf(safe(calls.map((call, index) => (index === 2 ? { ...call, data: setData({ ...draft.typedData, message: { ...draft.typedData.message, maxCostBps: 500 } }) } : call))), aChain, 'aave-v3')).toContain('other calls');
    const { owner, collateral, debt, actions, triggerHf, minHf, maxHf, maxCostBps, fillPerDay, keepers, expiry, prev } = draft.typedData.message;
    const signature = 'function set((address,address,address,uint8,uint64,uint64,uint64,uint16,uint128,address,uint40,bytes32))';
    expect(setData(draft.typedData)).toBe(new Interface([signature]).encodeFunctionData('set', [[owner, collateral, debt, actions, triggerHf, minHf, maxHf, maxCostBps, fillPerDay, keepers, expiry, prev]]));
  });

  it('fails where the terms that are shown are not those that are signed, and for another protocol’s guard', () => {
    const draft = aDraft();
    expect(flawOf(draft, aChain, 'venus')).toContain('not the guard');
    expect(flawOf({ ...draft, terms: { ...draft.terms, fillPerDay: '1' } }, aChain, 'aave-v3')).toContain('not the ones that would be signed');
    expect(flawOf({ ...draft, terms: { ...draft.terms, collateral: OTHER } }, aChain, 'aave-v3')).toContain('not the ones that would be signed');
  });

  it('looks into the authorisation at Morpho, and knows each guard by its own name', () => {
    const draft = aDraft();
    const onMorpho = { ...draft, typedData: { ...draft.typedData, domain: { ...draft.typedData.domain, name: 'Ballast MorphoGuard' } }, authorization: { contract: OTHER, authorized: GUARD, transaction: { to: OTHER, data: authorizeData(GUARD), value: '0x0' as const } } };
    const chain = { ...aChain, guards: [{ contract: 'MorphoGuard' as const, address: GUARD }] };
    expect(flawOf(onMorpho, chain, 'morpho-blue')).toBeNull();
    expect(flawOf(onMorpho, aChain, 'morpho-blue')).toContain('not the contract');
    expect(flawOf({ ...onMorpho, authorization: { ...onMorpho.authorization, authorized: OTHER } }, chain, 'morpho-blue')).toContain('authorisation');
    expect(flawOf({ ...onMorpho, authorization: { ...onMorpho.authorization, transaction: { ...onMorpho.authorization.transaction, data: authorizeData(OTHER) } } }, chain, 'morpho-blue')).toContain('authorisation');
    expect(authorizeData(GUARD)).toBe(new Interface(['function setAuthorization(address,bool)']).encodeFunctionData('setAuthorization', [GUARD, true]));
  });

  it('fails where the service names no contract for the chain', () => {
    expect(flawOf(aDraft(), undefined, 'aave-v3')).toContain('not the contract');
  });

  it('compares the very bytes of an approval', () => {
    expect(approveData(GUARD, '36000000000000000000')).toBe(new Interface(['function approve(address,uint256)']).encodeFunctionData('approve', [GUARD, 36n * 10n ** 18n]));
    expect(A_WETH.symbol).toBe('aWETH');
  });
});

describe('the code at the guard’s address', () => {
  const runtime = GUARD_KINDS.find(({ contract }) => contract === 'AaveGuard')?.runtime;

  it('is not ours where there is none, or another', () => {
    expect(runtime?.hash).toMatch(/^0x[0-9a-f]{64}$/);
    expect(findingOf('0x', 'AaveGuard')).toMatchObject({ kind: 'not-ours' });
    expect(findingOf(`0x${'00'.repeat(runtime?.length ?? 0)}`, 'AaveGuard')).toMatchObject({ kind: 'not-ours' });
  });

  it('is believed for Morpho and Venus only where the wallet says that what is named has the tokens that are shown', async () => {
    const word = (address: string): string => address.slice(2).padStart(64, '0').toLowerCase();
    // The deployed code stands at the end of what creates it, its immutables still zero. The page itself knows only its hash.
    const runtime = (contract: string, file: string): string => {
      const creation = /Bytecode = '0x([0-9a-f]+)'/.exec(readFileSync(`libs/contracts/src/abi/${file}.ts`, 'utf8'))?.[1] ?? '';
      return `0x${creation.slice(-2 * (GUARD_KINDS.find((kind) => kind.contract === contract)?.runtime.length ?? 0))}`;
    };
    const { terms, typedData } = aDraft();
    const [MARKETS, MORPHO] = [[`0x${'d1'.repeat(20)}`, `0x${'d2'.repeat(20)}`], `0x${'d3'.repeat(20)}`] as const;
    const wallet = (code: string, calls: Record<string, string>): Wallet => ({
      id: 'test', name: 'Test', icon: null, account: null,
      provider: { request: async ({ method, params }) => (method === 'eth_call' ? calls[(params as { to: string }[])[0]?.to ?? ''] : { eth_chainId: '0x1', eth_getCode: code }[method]) },
    });

    const onVenus = { authorization: null, terms, typedData: { ...typedData, message: { ...typedData.message, collateral: MARKETS[0], debt: MARKETS[1] } } };
    const venus = (debt: string) => wallet(runtime('VenusGuard', 'venus-guard'), { [MARKETS[0]]: `0x${word(terms.collateral)}`, [MARKETS[1]]: `0x${word(debt)}` });
    expect(await checkContract(venus(terms.debt), 1, GUARD, 'VenusGuard', onVenus)).toMatchObject({ kind: 'ours' });
    expect(await checkContract(venus(OTHER), 1, GUARD, 'VenusGuard', onVenus)).toMatchObject({ kind: 'not-ours', why: expect.stringContaining('not of the tokens') });

    const onMorpho = { authorization: { contract: MORPHO, authorized: GUARD, transaction: { to: MORPHO, data: '0x', value: '0x0' as const } }, terms, typedData: { ...typedData, message: { ...typedData.message, marketId: `0x${'11'.repeat(32)}` } } };
    const morpho = (serves: string, loan: string) => wallet(runtime('MorphoGuard', 'morpho-guard'), { [GUARD]: `0x${word(serves)}`, [serves]: `0x${word(loan)}${word(terms.collateral)}${'0'.repeat(192)}` });
    expect(await checkContract(morpho(MORPHO, terms.debt), 1, GUARD, 'MorphoGuard', onMorpho)).toMatchObject({ kind: 'ours' });
    expect(await checkContract(morpho(MORPHO, OTHER), 1, GUARD, 'MorphoGuard', onMorpho)).toMatchObject({ kind: 'not-ours', why: expect.stringContaining('not of the tokens') });
    expect(await checkContract(morpho(OTHER, terms.debt), 1, GUARD, 'MorphoGuard', onMorpho)).toMatchObject({ kind: 'not-ours', why: expect.stringContaining('authorisation') });
  });

  it('stays unchecked while no wallet says what it is', async () => {
    const wallet = (answers: Record<string, unknown>): Wallet => ({
      id: 'test', name: 'Test', icon: null, account: null,
      provider: { request: async ({ method }) => (method in answers ? answers[method] : Promise.reject(new Error('unsupported'))) },
    });
    expect(await checkContract(null, 1, GUARD, 'AaveGuard')).toMatchObject({ kind: 'unchecked' });
    expect(await checkContract(wallet({ eth_chainId: '0x2' }), 1, GUARD, 'AaveGuard')).toMatchObject({ kind: 'unchecked', why: expect.stringContaining('another chain') });
    expect(await checkContract(wallet({ eth_chainId: '0x1' }), 1, GUARD, 'AaveGuard')).toMatchObject({ kind: 'unchecked' });
    expect(await checkContract(wallet({ eth_chainId: '0x1', eth_getCode: '0x' }), 1, GUARD, 'AaveGuard')).toMatchObject({ kind: 'not-ours' });
  });
});
