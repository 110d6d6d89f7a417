import { aaveFillerAbi, aaveGuardAbi, hashMandate, hashMorphoMandate, morphoFillerAbi, morphoGuardAbi, venusGuardAbi } from '@ballast/contracts';
import { erc20Abi } from '@ballast/connectors';
import { ON_AAVE, type IntentPlan, type Permit } from '@ballast/policy';
import { address, chainId, bps, hash32, InvalidInput, rawAmount, wad } from '@ballast/units';
import { Interface, type JsonFragment, Signature, getAddress, TypedDataEncoder, Wallet } from 'ethers';
import { describe, expect, it } from 'vitest';
import { aMandate, mandateTerms } from '../../../../test/factories/mandate.js';
import { FILLER_SELECTORS, callOfIntent, decodeExecuted, effectOf, encodeActivate, encodeApprove, encodeRepay, encodeTopUp, KEEPER_SELECTORS, mandateHash, mandateTypedData, recoverMandateSigner } from './index.js';

const guardAbi = new Interface(aaveGuardAbi as readonly JsonFragment[]);
const fillerAbi = new Interface(aaveFillerAbi as readonly JsonFragment[]);
const CHAIN = chainId(31337);
const GUARD = address(`0x${'5'.repeat(40)}`);
const wallet = new Wallet(`0x${'11'.repeat(32)}`);
const terms = mandateTerms({ owner: address(wallet.address) });
const form = { place: ON_AAVE, terms };
const hash = mandateHash(CHAIN, GUARD, form);
const FILLER = address(`0x${'7'.repeat(40)}`);
const planOf = (kind: IntentPlan['kind']): IntentPlan => ({ kind, chainId: CHAIN, guard: GUARD, mandateHash: hash, positionId: 'p' as IntentPlan['positionId'], min: rawAmount(0n), max: rawAmount(0n), deadline: 77n });
const aPermit: Permit = {
  id: 'permit', chainId: CHAIN, mandateHash: hash, positionId: 'p' as Permit['positionId'], token: address(`0x${'9'.repeat(40)}`), owner: terms.owner, spender: GUARD, value: rawAmount(7n), nonce: 0n, deadline: 99n, signature: '0x', state: 'open',
};

/** What a wallet does with `eth_signTypedData_v4`. */
async function signed(): Promise<string> {
  const { domain, types, message } = mandateTypedData(CHAIN, GUARD, form);
  const { EIP712Domain: _, ...own } = types;
  return wallet.signTypedData(domain, own, message);
}

describe('the mandate as typed data', () => {
  it('hashes to the same in the wallet as on chain', () => {
    const { domain, types, message } = JSON.parse(JSON.stringify(mandateTypedData(CHAIN, GUARD, form))) as ReturnType<typeof mandateTypedData>;
    const { EIP712Domain: _, ...own } = types;
    expect(TypedDataEncoder.hash(domain, own, message)).toBe(hash);
  });

  it('is recovered to its signer', async () => {
    expect(recoverMandateSigner(CHAIN, GUARD, form, await signed())).toBe(terms.owner);
  });

  it('is recovered to somebody else when a field, the guard or the chain differs', async () => {
    const signature = await signed();
    expect(recoverMandateSigner(CHAIN, GUARD, { ...form, terms: { ...terms, expiry: terms.expiry + 1n } }, signature)).not.toBe(terms.owner);
    expect(recoverMandateSigner(CHAIN, address(`0x${'6'.repeat(40)}`), form, signature)).not.toBe(terms.owner);
    expect(recoverMandateSigner(chainId(1), GUARD, form, signature)).not.toBe(terms.owner);
  });

  it('takes no signature that the guard would not take', async () => {
    const signature = await signed();
    const compact = Signature.from(signature).compactSerialized;
    const zeroOne = `${signature.slice(0, -2)}00`;
    for (const given of ['', '0x', compact, zeroOne, `${signature}00`]) expect(() => recoverMandateSigner(CHAIN, GUARD, form, given)).toThrow(InvalidInput);
  });
});

describe('mandates of other protocols', () => {
  const marketId = hash32(`0x${'3'.repeat(64)}`);
  const [collateralMarket, debtMarket] = [address(`0x${'4'.repeat(40)}`), address(`0x${'6'.repeat(40)}`)];
  const onMorpho = { place: { guard: 'MorphoGuard', marketId } as const, terms };
  const onVenus = { place: { guard: 'VenusGuard', collateralMarket, debtMarket } as const, terms };

  it('are hashed as their guards do: a market of Morpho by its id, Venus by its two markets', () => {
    expect(mandateHash(CHAIN, GUARD, onMorpho)).toBe(hashMorphoMandate(CHAIN, GUARD, { ...terms, marketId }));
    expect(mandateHash(CHAIN, GUARD, onVenus)).toBe(hashMandate(CHAIN, GUARD, { ...terms, collateral: collateralMarket, debt: debtMarket }, 'VenusGuard'));
  });

  it.each([['Morpho', onMorpho], ['Venus', onVenus]] as const)('are signed and recovered: %s', async (_name, mandate) => {
    const { domain, types, message } = JSON.parse(JSON.stringify(mandateTypedData(CHAIN, GUARD, mandate))) as ReturnType<typeof mandateTypedData>;
    const { EIP712Domain: _, ...own } = types;
    expect(TypedDataEncoder.hash(domain, own, message)).toBe(mandateHash(CHAIN, GUARD, mandate));
    expect(recoverMandateSigner(CHAIN, GUARD, mandate, await wallet.signTypedData(domain, own, message))).toBe(terms.owner);
  });

  it('are called by their guards’ own structs', () => {
    const limits = { min: 5n, max: 9n, deadline: 77n };
    const [morphoStruct] = new Interface(morphoGuardAbi as readonly JsonFragment[]).decodeFunctionData('repay', encodeRepay(onMorpho, limits));
    expect((morphoStruct as { marketId: string }).marketId).toBe(marketId);
    const [venusStruct] = new Interface(venusGuardAbi as readonly JsonFragment[]).decodeFunctionData('repay', encodeRepay(onVenus, limits));
    expect([venusStruct.collateral, venusStruct.debt].map((one: string) => one.toLowerCase())).toEqual([collateralMarket, debtMarket]);
  });
});

describe('calls to the guard', () => {
  it('carry the mandate and the executor\'s limits', () => {
    const limits = { min: 5n, max: 9n, deadline: 77n };
    for (const [name, data] of [['repay', encodeRepay(form, limits)], ['topUp', encodeTopUp(form, limits)]] as const) {
      const [m, min, max, deadline] = guardAbi.decodeFunctionData(name, data);
      expect([min, max, deadline]).toEqual([5n, 9n, 77n]);
      expect([address(m.owner), m.triggerHf, m.expiry, m.prev]).toEqual([terms.owner, terms.triggerHf, terms.expiry, terms.prev]);
    }
    expect(guardAbi.decodeFunctionData('activate', encodeActivate(form, '0x1234'))[1]).toBe('0x1234');
  });

  it('to fill carry how it is paid for: through the filler, or by the keeper itself', () => {
    const aim = { health: wad(11n), otherDebt: rawAmount(12n), thresholdBps: bps(13n), costBps: bps(14n) };
    const plan: IntentPlan = {
      kind: 'FILL', chainId: CHAIN, guard: GUARD, mandateHash: hash, positionId: 'p' as IntentPlan['positionId'], min: rawAmount(5n), max: rawAmount(9n), deadline: 77n,
      fill: { lane: 'flash', out: rawAmount(3n), filler: FILLER, lender: 1, router: GUARD, path: '0xaabb', keeps: rawAmount(4n), aim },
    };
    const mandate = { ...aMandate(), terms };
    const call = callOfIntent(plan, mandate);
    expect(call.to).toBe(FILLER);
    const [order, aimed] = fillerAbi.decodeFunctionData('fillTowards', call.data);
    expect(aimed.toArray()).toEqual([11n, 12n, 13n, 14n]);
    expect(order.toArray().slice(1)).toEqual([5n, 9n, 3n, 77n, 1n, getAddress(GUARD), '0xaabb', 4n]);
    expect(address(order[0].owner)).toBe(terms.owner);

    const own = callOfIntent({ ...plan, fill: { lane: 'capital', out: rawAmount(3n) } }, mandate);
    expect(own.to).toBe(GUARD);
    expect(guardAbi.decodeFunctionData('fill', own.data).toArray().slice(1)).toEqual([5n, 9n, 3n, 77n]);
    expect(() => callOfIntent({ ...plan, fill: undefined }, mandate)).toThrow(InvalidInput);

    const repay = callOfIntent({ ...planOf('REPAY'), min: rawAmount(5n), max: rawAmount(9n), towards: { filler: FILLER, aim } }, mandate);
    expect(repay.to).toBe(FILLER);
    const [, ...limits] = fillerAbi.decodeFunctionData('repayTowards', repay.data);
    expect([...limits.slice(0, 3), limits[3].toArray()]).toEqual([5n, 9n, 77n, [11n, 12n, 13n, 14n]]);
    expect(callOfIntent(planOf('REPAY'), mandate).to).toBe(GUARD);
  });

  it('to hand in a permit go to its token, with the signature in its parts', () => {
    const signature = `0x${'1'.repeat(64)}${'2'.repeat(64)}1b` as const;
    const permit = { ...aPermit, signature };
    const call = callOfIntent({ ...planOf('PERMIT'), permitId: permit.id }, { ...aMandate(), terms }, permit);
    expect(call.to).toBe(permit.token);
    expect(erc20Abi.decodeFunctionData('permit', call.data).toArray()).toEqual([getAddress(permit.owner), getAddress(GUARD), 7n, 99n, 27n, `0x${'1'.repeat(64)}`, `0x${'2'.repeat(64)}`]);
    expect(() => callOfIntent({ ...planOf('PERMIT'), permitId: 'another' }, { ...aMandate(), terms }, permit)).toThrow(InvalidInput);
    const approval = (owner: string, value: bigint) => {
      const { data, topics } = erc20Abi.encodeEventLog('Approval', [owner, GUARD, value]);
      return { address: permit.token, data: data as `0x${string}`, topics: topics.map(hash32) };
    };
    expect(effectOf(planOf('PERMIT'), [approval(permit.owner, 7n)], permit).took).toBe(true);
    expect(effectOf(planOf('PERMIT'), [approval(permit.owner, 6n)], permit).took).toBe(false);
    expect(effectOf(planOf('PERMIT'), [approval(GUARD, 7n)], permit).took).toBe(false);
  });

  it('of a keeper are four functions of each guard, two of each filler, and no others', () => {
    const of = (abis: readonly (readonly unknown[])[], names: readonly string[]) => new Set(abis.flatMap((abi) => names.flatMap((name) => new Interface(abi as readonly JsonFragment[]).getFunction(name)?.selector ?? [])));
    expect(new Set(FILLER_SELECTORS)).toEqual(of([aaveFillerAbi, morphoFillerAbi], ['fillTowards', 'repayTowards']));
    expect(new Set(KEEPER_SELECTORS)).toEqual(of([aaveGuardAbi, morphoGuardAbi, venusGuardAbi], ['activate', 'repay', 'topUp', 'fill']));
    expect(KEEPER_SELECTORS).not.toContain(encodeApprove(GUARD, 1n).slice(0, 10));
  });
});

describe('the guard\'s events', () => {
  const log = (name: string, values: readonly unknown[], from = GUARD) => {
    const { data, topics } = guardAbi.encodeEventLog(name, values);
    return { address: from, data: data as `0x${string}`, topics: topics.map(hash32) };
  };
  const executed = (of: string, from?: typeof GUARD) => log('Executed', [of, terms.owner, GUARD, 2, 1n, 11n, 12n, 500n, 0n, 0n], from);
  const plan = { kind: 'REPAY', chainId: CHAIN, guard: GUARD, mandateHash: hash } as Parameters<typeof effectOf>[0];

  it('tell what an action did', () => {
    expect(decodeExecuted(executed(hash))).toEqual({ mandateHash: hash, owner: terms.owner, executor: GUARD, action: 2, seq: 1n, hfBefore: 11n, hfAfter: 12n, debtRepaid: 500n, collateralIn: 0n, collateralOut: 0n });
    expect(decodeExecuted({ topics: [hash], data: '0x' })).toBeNull();
    expect(decodeExecuted({ topics: executed(hash).topics, data: '0x1234' })).toBeNull();
  });

  it('count only from the guard itself and for this mandate', () => {
    expect(effectOf(plan, [executed(hash)]).took).toBe(true);
    expect(effectOf(plan, [executed(hash, address(`0x${'6'.repeat(40)}`))]).took).toBe(false);
    expect(effectOf(plan, [executed(`0x${'0'.repeat(64)}`)]).took).toBe(false);
    expect(effectOf({ ...plan, kind: 'ACTIVATE' }, [log('Activated', [hash, terms.owner, terms.collateral, terms.debt])]).took).toBe(true);
    expect(effectOf({ ...plan, kind: 'ACTIVATE' }, [executed(hash)]).took).toBe(false);
    // The action must be the one that was planned.
    expect(effectOf({ ...plan, kind: 'FILL' }, [executed(hash)]).took).toBe(false);
  });
});
