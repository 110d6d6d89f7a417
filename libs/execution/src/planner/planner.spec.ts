import { aaveGuardAbi } from '@ballast/contracts';
import { address, chainId, hash32, InvalidInput } from '@ballast/units';
import { Interface, type JsonFragment, Signature, TypedDataEncoder, Wallet } from 'ethers';
import { describe, expect, it } from 'vitest';
import { mandateTerms } from '../../../../test/factories/mandate.js';
import { decodeExecuted, effectOf, encodeActivate, encodeApprove, encodeRepay, encodeTopUp, KEEPER_SELECTORS, mandateHash, mandateTypedData, recoverMandateSigner } from './index.js';

const guardAbi = new Interface(aaveGuardAbi as readonly JsonFragment[]);
const CHAIN = chainId(31337);
const GUARD = address(`0x${'5'.repeat(40)}`);
const wallet = new Wallet(`0x${'11'.repeat(32)}`);
const terms = mandateTerms({ owner: address(wallet.address) });
const hash = mandateHash(CHAIN, GUARD, terms);

/** What a wallet does with `eth_signTypedData_v4`. */
async function signed(): Promise<string> {
  const { domain, types, message } = mandateTypedData(CHAIN, GUARD, terms);
  const { EIP712Domain: _, ...own } = types;
  return wallet.signTypedData(domain, own, message);
}

describe('the mandate as typed data', () => {
  it('hashes to the same in the wallet as on chain', () => {
    const { domain, types, message } = JSON.parse(JSON.stringify(mandateTypedData(CHAIN, GUARD, terms))) as ReturnType<typeof mandateTypedData>;
    const { EIP712Domain: _, ...own } = types;
    expect(TypedDataEncoder.hash(domain, own, message)).toBe(hash);
  });

  it('is recovered to its signer', async () => {
    expect(recoverMandateSigner(CHAIN, GUARD, terms, await signed())).toBe(terms.owner);
  });

  it('is recovered to somebody else when a field, the guard or the chain differs', async () => {
    const signature = await signed();
    expect(recoverMandateSigner(CHAIN, GUARD, { ...terms, expiry: terms.expiry + 1n }, signature)).not.toBe(terms.owner);
    expect(recoverMandateSigner(CHAIN, address(`0x${'6'.repeat(40)}`), terms, signature)).not.toBe(terms.owner);
    expect(recoverMandateSigner(chainId(1), GUARD, terms, signature)).not.toBe(terms.owner);
  });

  it('takes no signature that the guard would not take', async () => {
    const signature = await signed();
    const compact = Signature.from(signature).compactSerialized;
    const zeroOne = `${signature.slice(0, -2)}00`;
    for (const given of ['', '0x', compact, zeroOne, `${signature}00`]) expect(() => recoverMandateSigner(CHAIN, GUARD, terms, given)).toThrow(InvalidInput);
  });
});

describe('calls to the guard', () => {
  it('carry the mandate and the executor\'s limits', () => {
    const limits = { min: 5n, max: 9n, deadline: 77n };
    for (const [name, data] of [['repay', encodeRepay(terms, limits)], ['topUp', encodeTopUp(terms, limits)]] as const) {
      const [m, min, max, deadline] = guardAbi.decodeFunctionData(name, data);
      expect([min, max, deadline]).toEqual([5n, 9n, 77n]);
      expect([address(m.owner), m.triggerHf, m.expiry, m.prev]).toEqual([terms.owner, terms.triggerHf, terms.expiry, terms.prev]);
    }
    expect(guardAbi.decodeFunctionData('activate', encodeActivate(terms, '0x1234'))[1]).toBe('0x1234');
  });

  it('of a keeper are three functions and no others', () => {
    expect(KEEPER_SELECTORS).toEqual(['activate', 'repay', 'topUp'].map((name) => guardAbi.getFunction(name)?.selector));
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
  });
});
