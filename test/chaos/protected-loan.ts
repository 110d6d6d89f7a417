import type { BlockRef } from '@ballast/connectors';
import { aaveGuardAbi } from '@ballast/contracts';
import { openLoan, tokenOf, type DevAccount, type Devchain } from '@ballast/devchain';
import { mandateHash, mandateTypedData, readGuardPosition } from '@ballast/execution';
import { ON_AAVE, type Intent, type IntentKind, type IntentPlan, type Mandate, type MandateTerms } from '@ballast/policy';
import { positionId, type PositionId } from '@ballast/positions';
import { PositionStore } from '@ballast/storage';
import { address, hash32, rawAmount, type Address, type Hash32 } from '@ballast/units';
import { Interface, Wallet, type JsonFragment } from 'ethers';
import { aLendingPosition } from '../factories/lending-position.js';
import { mandateTerms } from '../factories/mandate.js';
import { aRiskReport } from '../factories/risk-report.js';
import type { ExecutorStage } from './executor-stage.js';

export interface ProtectedLoan {
  readonly owner: Address;
  readonly account: DevAccount;
  readonly positionId: PositionId;
  readonly mandate: Mandate;
}

const guardAbi = new Interface(aaveGuardAbi as readonly JsonFragment[]);
const tokenAbi = new Interface(['function approve(address,uint256)']);

/**
 * A real loan (10 WETH, 20,000 USDC owed, 15,000 in the wallet, approved to the guard), with a signed mandate that is stored
 * and not yet active. Afterwards the chain makes blocks only when told.
 */
export async function protectedLoan(chain: Devchain, stage: ExecutorStage, account: DevAccount, changed: Partial<MandateTerms> = {}): Promise<ProtectedLoan> {
  await chain.mining.idle();
  await openLoan(chain, account);
  await chain.mining.takeInHand();
  const owner = address(account.address);
  const [weth, usdc] = [address(tokenOf(chain.deployment, 'WETH').address), address(tokenOf(chain.deployment, 'USDC').address)];
  const guard = stage.book.ballast.aaveGuard;
  await send(chain, account, usdc, tokenAbi, 'approve', [guard, 15_000_000_000n]);
  const head = await stage.reads.head();
  const { prev } = await readGuardPosition(stage.reads, { guard, place: ON_AAVE, terms: { owner, collateral: weth, debt: usdc } }, head);
  const terms = mandateTerms({ owner, collateral: weth, debt: usdc, keepers: stage.book.ballast.keepers, expiry: head.timestamp + 86_400n, prev, ...changed });
  const { domain, types, message } = mandateTypedData(stage.chain, guard, { place: ON_AAVE, terms });
  const { EIP712Domain: _, ...own } = types;
  const signature = (await new Wallet(account.privateKey).signTypedData(domain, own, message)) as `0x${string}`;
  const id = positionId(stage.chain, 'aave-v3', owner);
  const position = aLendingPosition({ account: owner, id });
  await new PositionStore(stage.database).save([{ position, report: aRiskReport({ position }) }], []);
  const mandate = await stage.mandates.add({ hash: mandateHash(stage.chain, guard, { place: ON_AAVE, terms }), chainId: stage.chain, guard, place: ON_AAVE, terms, signature, positionId: id });
  return { owner, account, positionId: id, mandate };
}

/** The owner puts the mandate in force by a transaction of his own. */
export async function activateByOwner(chain: Devchain, loan: ProtectedLoan): Promise<void> {
  await send(chain, loan.account, loan.mandate.guard, guardAbi, 'set', [loan.mandate.terms]);
}

export async function send(chain: Devchain, account: DevAccount, to: string, abi: Interface, method: string, args: readonly unknown[]): Promise<void> {
  const call = { to, abi, method, args };
  const hash = await chain.sender(account).send(call, { gasLimit: 1_500_000n });
  await chain.mining.mine();
  await chain.sender(account).mined(hash, call);
}

/** Plans an intent that may move up to `max` units until `seconds` of chain time from now. */
export async function plan(stage: ExecutorStage, loan: ProtectedLoan, kind: IntentKind, max = 1_914_000_000n, seconds = 3_600n): Promise<Intent> {
  const planned = await stage.journal.plan(planAt(await stage.reads.head(), stage, loan, kind, max, seconds), null, null, []);
  if (planned.kind === 'busy') throw new Error('the position has an open intent');
  return planned.intent;
}

/** The same, not stored yet. */
export function planAt({ timestamp }: BlockRef, stage: ExecutorStage, { mandate, positionId: id }: ProtectedLoan, kind: IntentKind, max = 1_914_000_000n, seconds = 3_600n): IntentPlan {
  return { kind, chainId: stage.chain, guard: mandate.guard, mandateHash: mandate.hash, positionId: id, min: rawAmount(0n), max: rawAmount(max), deadline: timestamp + seconds };
}

/** How often the guard acted under the mandate, over the chain's whole life. */
export async function executions(stage: ExecutorStage, mandate: Hash32): Promise<number> {
  const topic = hash32(guardAbi.getEvent('Executed')?.topicHash ?? '');
  const head = await stage.reads.head();
  return (await stage.reads.getLogs({ blocks: { from: 0n, to: head.number }, address: stage.book.ballast.aaveGuard, topics: [topic, mandate] })).length;
}

/** A block every so often, as a chain makes them, until stopped. */
export function makeBlocks(chain: Devchain, everyMs = 100): { stop(): Promise<void> } {
  let going = true;
  const loop = (async () => {
    while (going) {
      await chain.mining.mine();
      await new Promise((next) => setTimeout(next, everyMs));
    }
  })();
  return {
    stop: async () => {
      going = false;
      await loop;
    },
  };
}
