import { Inject, Injectable } from '@nestjs/common';
import { ReadClient, ReadFailed, RpcRefused, RpcUnreachable, type BlockRef, type ChainBook } from '@ballast/connectors';
import { isKeepersCode } from '@ballast/contracts';
import { readGuardPosition, type GuardedLoan } from '@ballast/execution/planner';
import type { MandatePlace } from '@ballast/policy';
import type { LendingPosition } from '@ballast/positions';
import { MandateStore, PositionStore } from '@ballast/storage';
import type { Address, ChainId } from '@ballast/units';
import { ChainUnreachable, MandateRefused } from '../problems/api-errors.js';
import { BOOK } from '../tokens.js';
import { shownAddress } from '../views/text.js';
import { mainPair, type DraftFacts } from './draft.js';
import { readFillOffer } from './fill-offer.js';
import { IS_PUBLISHED, guardAt, guardedPlace } from './guards.js';
import { rescueCost } from './rescue-cost.js';
import { readSafe, type SafeAccount } from './safe-account.js';
import { readTokens, receiptTokenOf, type TokenFacts } from './token-facts.js';

/** Reads from the chain what mandates rest on, each answer of one block. Every method throws ChainUnreachable when the node does not answer as expected. */
@Injectable()
export class MandateReader {
  constructor(@Inject(BOOK) private readonly book: ChainBook, @Inject(ReadClient) private readonly client: ReadClient, @Inject(MandateStore) private readonly mandates: MandateStore, @Inject(PositionStore) private readonly positions: PositionStore) {}

  get chainId(): ChainId {
    return this.client.chainId;
  }

  head(): Promise<BlockRef> {
    return this.onChain(() => this.client.head());
  }

  /** All that a draft for this position rests on. @throws MandateRefused when a contract at the published address is not ours */
  async factsFor(position: LendingPosition): Promise<DraftFacts> {
    const { collateral, debt } = mainPair(position);
    const { account } = position;
    const place = guardedPlace(position, collateral, debt);
    const guard = guardAt(this.book, place);
    const stored = await this.mandates.ofPosition(position.id);
    return this.onChain(async () => {
      const block = await this.client.head();
      const receiptToken = place.guard === 'AaveGuard' ? await receiptTokenOf(this.client, block, this.book.aaveV3.pool, collateral.asset.address) : null;
      const [, { prev }, rescueCostUsdE8, offer, tokens] = await Promise.all([
        this.requireOurs(block, place, guard),
        readGuardPosition(this.client, { guard, place, terms: { owner: account, collateral: collateral.asset.address, debt: debt.asset.address } }, block),
        rescueCost(this.client, this.book, block),
        readFillOffer(this.client, this.book, block, place, collateral, debt),
        readTokens(this.client, block, account, guard, [debt.asset.address, collateral.asset.address, ...(receiptToken === null ? [] : [receiptToken])], this.book),
      ]);
      const submittable = tokens.map((token) => (token.asset.address === receiptToken || this.book.tokens.some(({ address }) => address === token.asset.address) ? token : { ...token, permit: null }));
      const others = stored.filter((each) => each.guard === guard && each.terms.debt !== debt.asset.address).map(({ terms }) => terms);
      return { position, book: this.book, place, guard, prev, now: block.timestamp, rescueCostUsdE8, offer, others, othersOwe: await this.owedBeside(position, guard, debt.asset.address), tokens: submittable, receiptToken };
    });
  }

  /** What the owner's other loans under a live mandate of the same guard owe in this token: one allowance serves them all. */
  private async owedBeside(position: LendingPosition, guard: Address, token: Address): Promise<bigint> {
    const mandates = (await this.mandates.ofOwner(position.account)).filter((one) => one.guard === guard && one.positionId !== position.id && ['active', 'signed'].includes(one.status) && one.terms.debt === token);
    const owed = await Promise.all([...new Set(mandates.map(({ positionId }) => positionId))].map(async (id) => (await this.positions.latest(id))?.position.debts.find(({ asset }) => asset.address === token)?.amount ?? 0n));
    return owed.reduce<bigint>((sum, amount) => sum + amount, 0n);
  }

  /** The Safe at this address, where `owner` is one of its owners now; null otherwise. */
  safeOf(account: Address, owner: Address, block?: BlockRef): Promise<SafeAccount | null> {
    return this.onChain(async () => {
      const safe = await readSafe(this.client, block ?? (await this.client.head()), account);
      return safe !== null && safe.owners.includes(owner) ? safe : null;
    });
  }

  /** What the next mandate of the loan must name. */
  prevOf(loan: GuardedLoan, block: BlockRef) {
    return this.onChain(async () => (await readGuardPosition(this.client, loan, block)).prev);
  }

  /** Tokens of an owner, as far as approvals to the guard rest on them. */
  tokensOf(block: BlockRef, owner: Address, guard: Address, tokens: readonly Address[]): Promise<readonly TokenFacts[]> {
    return this.onChain(() => readTokens(this.client, block, owner, guard, tokens, this.book));
  }

  receiptTokenOf(block: BlockRef, asset: Address): Promise<Address> {
    return this.onChain(() => receiptTokenOf(this.client, block, this.book.aaveV3.pool, asset));
  }

  /** Nobody is asked to approve to, or to sign for, a contract whose code is not this version's. */
  private async requireOurs(block: BlockRef, place: MandatePlace, guard: Address): Promise<void> {
    const { keepers } = this.book.ballast;
    const [guardCode, keepersCode] = await Promise.all([this.client.codeAt(block, guard), this.client.codeAt(block, keepers)]);
    if (!IS_PUBLISHED[place.guard](guardCode)) throw new MandateRefused('mandate-contract', `other code at ${shownAddress(guard)}`, 'the published guard', 'The contract at the published address is not ours. Nothing is offered to sign.');
    if (!isKeepersCode(keepersCode)) throw new MandateRefused('mandate-contract', `other code at ${shownAddress(keepers)}`, 'the published keepers contract', 'The keepers contract at the published address is not ours. Nothing is offered to sign.');
  }

  /** Reads, with what the node did wrong told as ChainUnreachable. */
  async onChain<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (error instanceof RpcUnreachable || error instanceof RpcRefused || error instanceof ReadFailed) throw new ChainUnreachable(this.client.chainId);
      throw error;
    }
  }
}
