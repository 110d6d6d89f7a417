import { connect, type ReadClient } from '@ballast/connectors';
import { aaveGuardAbi } from '@ballast/contracts';
import { tokenOf, type Devchain } from '@ballast/devchain';
import { mandateHash, readGuardPosition } from '@ballast/execution';
import { MANDATE_ACTIONS, ON_AAVE, type MandateTerms } from '@ballast/policy';
import { positionId } from '@ballast/positions';
import type { MandateStore, SignedMandate } from '@ballast/storage';
import { address, chainId, wad, type Address } from '@ballast/units';
import { Interface, type JsonFragment } from 'ethers';
import { asAnybody, hex } from '../conformance/as-anybody.js';
import { mandateTerms } from '../factories/mandate.js';

const abi = new Interface([
  'function approve(address,uint256)', 'function deposit() payable', 'function mint(address,uint256)', 'function supply(address,uint256,address,uint16)', 'function borrow(address,uint256,uint256,uint16,address)',
]);
const views = new Interface(['function getUserAccountData(address)', 'function allowance(address,address)']);
const guardAbi = new Interface(aaveGuardAbi as readonly JsonFragment[]);
const WETH = 10n ** 18n;
const USDC = 10n ** 6n;
const LOAN_WETH = 3n * WETH;
/** Of WETH at the local chain's Aave. */
const THRESHOLD_BPS = 8_250n;
/** Calls of one block: few and large ones, for the chain's own work for small ones would be most of the time. */
const CALLS_A_BLOCK = 600;

export interface GuardedLoan {
  readonly owner: Address;
  readonly mandate: SignedMandate;
  /** Dollars for one ether, with 8 decimals, under which the loan is below its trigger; null: it is far from it. */
  readonly crossesUnderE8: bigint | null;
}

export interface LoanWish {
  /** See `GuardedLoan`; null: a health of about 2.5. */
  readonly crossesUnderE8: bigint | null;
  readonly trigger: bigint;
}

/** WAD health; what is given back to: [minHf, maxHf]. */
const BAND = { min: 1_250_000_000_000_000_000n, max: 1_600_000_000_000_000_000n };

/**
 * Opens loans of 3 WETH against USDC on Aave, each with 4,000 USDC in a wallet that lets the guard take them and with a mandate to repay that its owner has put in force, by
 * transactions that nobody signed. The chain must be in hand, with a gas limit for large blocks.
 */
export async function openGuardedLoans(chain: Devchain, wishes: readonly LoanWish[], say: (line: string) => void): Promise<GuardedLoan[]> {
  const { pool } = chain.deployment.aave;
  const [weth, usdc] = [tokenOf(chain.deployment, 'WETH').address, tokenOf(chain.deployment, 'USDC').address];
  const whale = chain.accounts.whale.address;
  const guard = chain.book.ballast.aaveGuard;
  const expiry = BigInt(await chain.mining.chainTime()) + 90n * 86_400n;
  const price = (await chain.feeds.latest('WETH')).price;
  const reads = await connect({ url: chain.rpcUrl, chainId: chainId(chain.chainId), multicall3: address(chain.book.multicall3) });
  const loans: GuardedLoan[] = [];
  for (const [index, wish] of wishes.entries()) loans.push(await loanOf(chain, reads, wish, index, expiry));
  await asAnybody(chain, async (send) => {
    let calls = 0;
    const call = async (from: string, to: string, data: string, value = 0n): Promise<void> => {
      await send(from, to, data, value);
      calls += 1;
      if (calls % CALLS_A_BLOCK === 0) await chain.mining.mine();
    };
    const wanted = 40_000_000n * USDC;
    await call(whale, usdc, abi.encodeFunctionData('mint', [whale, wanted]));
    await call(whale, usdc, abi.encodeFunctionData('approve', [pool, wanted]));
    await call(whale, pool, abi.encodeFunctionData('supply', [usdc, wanted, whale, 0]));
    await chain.mining.mine();
    for (const [index, { owner, mandate, crossesUnderE8 }] of loans.entries()) {
      await chain.provider.send('anvil_setBalance', [owner, hex(10n ** 24n)]);
      await call(owner, weth, abi.encodeFunctionData('deposit'), LOAN_WETH);
      await call(owner, weth, abi.encodeFunctionData('approve', [pool, LOAN_WETH]));
      await call(owner, pool, abi.encodeFunctionData('supply', [weth, LOAN_WETH, owner, 0]));
      await call(owner, pool, abi.encodeFunctionData('borrow', [usdc, debtOf(crossesUnderE8, mandate.terms.triggerHf, price), 2, 0, owner]));
      // What was borrowed is spent elsewhere: the wallet holds what the owner earns.
      await call(owner, usdc, new Interface(['function transfer(address,uint256)']).encodeFunctionData('transfer', [whale, debtOf(crossesUnderE8, mandate.terms.triggerHf, price)]));
      await call(whale, usdc, abi.encodeFunctionData('mint', [owner, 4_000n * USDC]));
      await call(owner, usdc, abi.encodeFunctionData('approve', [guard, 4_000n * USDC]));
      await call(owner, guard, guardAbi.encodeFunctionData('set', [mandate.terms]));
      if ((index + 1) % 200 === 0) say(`${index + 1} of ${loans.length} guarded loans are open`);
    }
    await chain.mining.mine();
  });
  await requireOpen(chain, reads, loans);
  return loans;
}

async function requireOpen(chain: Devchain, reads: ReadClient, loans: readonly GuardedLoan[]): Promise<void> {
  const word = async (place: number, to: string, call: string, args: readonly unknown[]): Promise<bigint> => {
    const answer = await chain.provider.call({ to, data: views.encodeFunctionData(call, args) });
    return BigInt(`0x${answer.slice(2 + place * 64, 66 + place * 64)}`);
  };
  const head = await reads.head();
  for (const { owner, mandate } of loans) {
    const { terms } = mandate;
    const debt = await word(1, chain.deployment.aave.pool, 'getUserAccountData', [owner]);
    const allowance = await word(0, terms.debt, 'allowance', [owner, chain.book.ballast.aaveGuard]);
    const { live } = await readGuardPosition(reads, mandate, head);
    if (debt === 0n || allowance === 0n || live !== mandate.hash) throw new Error(`the loan of ${owner} is not open: debt ${debt}, allowance ${allowance}, in force ${live}`);
  }
}

/** Debt with which the loan's health is the trigger at the price at which it is to cross. */
function debtOf(crossesUnderE8: bigint | null, trigger: bigint, priceE8: bigint): bigint {
  const [at, health] = crossesUnderE8 === null ? [priceE8, 2_500_000_000_000_000_000n] : [crossesUnderE8, trigger];
  // Wei x dollars with 8 decimals, after the threshold, over a WAD health: in USDC's 6 decimals.
  return (LOAN_WETH * at * THRESHOLD_BPS) / 10_000n / health / 100n;
}

async function loanOf(chain: Devchain, reads: ReadClient, { crossesUnderE8, trigger }: LoanWish, index: number, expiry: bigint): Promise<GuardedLoan> {
  const owner = address(`0xb0${(index + 1).toString(16).padStart(38, '0')}`);
  const id = chainId(chain.chainId);
  const guard = address(chain.book.ballast.aaveGuard);
  const pair = { owner, collateral: address(tokenOf(chain.deployment, 'WETH').address), debt: address(tokenOf(chain.deployment, 'USDC').address) };
  const { prev } = await readGuardPosition(reads, { guard, place: ON_AAVE, terms: pair }, await reads.head());
  const terms: MandateTerms = mandateTerms({
    ...pair, keepers: address(chain.book.ballast.keepers), expiry, prev, actions: MANDATE_ACTIONS.REPAY, triggerHf: wad(trigger), minHf: wad(BAND.min), maxHf: wad(BAND.max),
  });
  return { owner, crossesUnderE8, mandate: { hash: mandateHash(id, guard, { place: ON_AAVE, terms }), chainId: id, guard, place: ON_AAVE, terms, signature: '0x', positionId: positionId(id, 'aave-v3', owner) } };
}

/** Stores the mandates as ones that are in force. */
export async function storeActive(mandates: MandateStore, loans: readonly GuardedLoan[]): Promise<void> {
  for (const { mandate } of loans) {
    await mandates.add(mandate);
    await mandates.activate(mandate.hash, []);
  }
}
