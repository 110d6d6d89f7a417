import { aaveGuardAbi } from '@ballast/contracts';
import { openLoan, tokenOf, type DevAccount } from '@ballast/devchain';
import { connect } from '@ballast/connectors';
import { mandateHash, mandateTypedData, readGuardPosition } from '@ballast/execution/planner';
import { ON_AAVE } from '@ballast/policy';
import { positionId, type PositionId } from '@ballast/positions';
import { address, chainId, type Address, type Hash32 } from '@ballast/units';
import { Interface, Wallet, type JsonFragment } from 'ethers';
import { mandateTerms } from '../factories/mandate.js';
import type { ChaosStage } from './chaos-stage.js';

export interface ChaosLoan {
  readonly account: DevAccount;
  readonly owner: Address;
  readonly positionId: PositionId;
  readonly mandateHash: Hash32;
  readonly minHf: bigint;
}

export const guardAbi = new Interface(aaveGuardAbi as readonly JsonFragment[]);
const tokenAbi = new Interface(['function approve(address,uint256)']);

/** A real loan of 10 WETH and 20,000 USDC with 15,000 USDC in the wallet, a mandate in force, and its owner subscribed by mail and webhook. */
export async function protectLoan(stage: ChaosStage): Promise<ChaosLoan> {
  const { chain, book } = stage;
  const id = chainId(chain.chainId);
  const account = stage.nextAccount();
  await openLoan(chain, account);
  const owner = address(account.address);
  const [weth, usdc] = [address(tokenOf(chain.deployment, 'WETH').address), address(tokenOf(chain.deployment, 'USDC').address)];
  const guard = book.ballast.aaveGuard;
  const reads = await connect({ url: chain.rpcUrl, chainId: id, multicall3: book.multicall3 });
  const head = await reads.head();
  const { prev } = await readGuardPosition(reads, { guard, place: ON_AAVE, terms: { owner, collateral: weth, debt: usdc } }, head);
  const terms = mandateTerms({ owner, collateral: weth, debt: usdc, keepers: book.ballast.keepers, expiry: head.timestamp + 30n * 86_400n, prev });
  const { domain, types, message } = mandateTypedData(id, guard, { place: ON_AAVE, terms });
  const { EIP712Domain: _, ...own } = types;
  const signature = (await new Wallet(account.privateKey).signTypedData(domain, own, message)) as `0x${string}`;
  const sender = chain.sender(account);
  const calls = [
    { to: usdc, abi: tokenAbi, method: 'approve', args: [guard, 15_000_000_000n] },
    { to: guard, abi: guardAbi, method: 'set', args: [terms] },
  ];
  for (const call of calls) await sender.execute(call, { gasLimit: 1_500_000n });
  const loan = { account, owner, positionId: positionId(id, 'aave-v3', owner), mandateHash: mandateHash(id, guard, { place: ON_AAVE, terms }), minHf: terms.minHf };
  await stage.watches.watch(id, 'aave-v3', owner);
  const now = new Date();
  const hook = await stage.subscriptions.add({ chainId: id, account: owner, channel: 'webhook', target: stage.sink.url }, now);
  if (hook.secret !== null) stage.sink.addSecret(hook.secret);
  const mail = await stage.subscriptions.add({ chainId: id, account: owner, channel: 'email', target: `${owner.slice(2, 12)}@owner.example` }, now);
  // What the owner does with the link in the first mail, and his receiver with the challenge, is another test's matter.
  await stage.rows('UPDATE "Subscription" SET "status" = \'active\', "confirmedAt" = now() WHERE "id" = ANY($1)', [[mail.subscription.id, hook.subscription.id]]);
  await waitFor('the loan is read', 30_000, async () => (await stage.rows('SELECT 1 FROM "Position" WHERE "id" = $1', [loan.positionId])).length > 0);
  await stage.mandates.add({ hash: loan.mandateHash, chainId: id, guard, place: ON_AAVE, terms, signature, positionId: loan.positionId });
  return loan;
}

/** The owner takes everything back: nothing of this round is left to the next. */
export async function releaseLoan(stage: ChaosStage, loan: ChaosLoan): Promise<void> {
  const sender = stage.chain.sender(loan.account);
  sender.resync();
  await sender.execute({ to: stage.book.ballast.aaveGuard, abi: guardAbi, method: 'revokeAll', args: [] }, { gasLimit: 500_000n });
  await waitFor('the revocation is seen', 30_000, async () => (await stage.rows('SELECT 1 FROM "Mandate" WHERE "hash" = $1 AND "status" = \'revoked\'', [loan.mandateHash])).length > 0);
  await stage.rows('DELETE FROM "WatchedAccount" WHERE "account" = $1', [loan.owner]);
}

/** @throws when it does not come true in time; what the look itself throws counts as not yet */
export async function waitFor(what: string, milliseconds: number, look: () => Promise<boolean>): Promise<void> {
  for (const until = Date.now() + milliseconds; ; ) {
    if (await look().catch(() => false)) return;
    if (Date.now() > until) throw new Error(`within ${milliseconds / 1000} s it did not come true that ${what}`);
    await new Promise((later) => setTimeout(later, 60));
  }
}
