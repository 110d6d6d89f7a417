import { Inject, Injectable } from '@nestjs/common';
import { ReadClient, ReadFailed, RpcRefused, RpcUnreachable, type BlockRef, type ChainBook } from '@ballast/connectors';
import { isAaveGuardCode, isKeepersCode } from '@ballast/contracts';
import { readGuardPosition } from '@ballast/execution/planner';
import type { LendingPosition } from '@ballast/positions';
import { MandateStore } from '@ballast/storage';
import type { Address, ChainId } from '@ballast/units';
import { ChainUnreachable, MandateRefused } from '../problems/api-errors.js';
import { BOOK } from '../tokens.js';
import { shownAddress } from '../views/text.js';
import { mainPair, type DraftFacts } from './draft.js';
import { readFillOffer } from './fill-offer.js';
import { rescueCost } from './rescue-cost.js';
import { readSafe, type SafeAccount } from './safe-account.js';
import { readTokens, receiptTokenOf, type TokenFacts } from './token-facts.js';

/** Reads from the chain what mandates rest on, each answer of one block. Every method throws ChainUnreachable when the node does not answer as expected. */
@Injectable()
export class MandateReader {
  constructor(@Inject(BOOK) private readonly book: ChainBook, @Inject(ReadClient) private readonly client: ReadClient, @Inject(MandateStore) private readonly mandates: MandateStore) {}

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
    const stored = await this.mandates.ofPosition(position.id);
    return this.onChain(async () => {
      const block = await this.client.head();
      const { aaveGuard } = this.book.ballast;
      const receiptToken = await receiptTokenOf(this.client, block, this.book.aaveV3.pool, collateral.asset.address);
      const [, { prev }, rescueCostUsdE8, offer, tokens] = await Promise.all([
        this.requireOurs(block),
        readGuardPosition(this.client, aaveGuard, block, account, collateral.asset.address, debt.asset.address),
        rescueCost(this.client, this.book, block),
        readFillOffer(this.client, this.book, block, collateral, debt),
        readTokens(this.client, block, account, aaveGuard, [debt.asset.address, collateral.asset.address, receiptToken], this.book),
      ]);
      const others = stored.filter((each) => each.guard === aaveGuard && each.terms.debt !== debt.asset.address).map(({ terms }) => terms);
      return { position, book: this.book, prev, now: block.timestamp, rescueCostUsdE8, offer, others, tokens, receiptToken };
    });
  }

  /** The Safe at this address, where `owner` is one of its owners now; null otherwise. */
  safeOf(account: Address, owner: Address, block?: BlockRef): Promise<SafeAccount | null> {
    return this.onChain(async () => {
      const safe = await readSafe(this.client, block ?? (await this.client.head()), account);
      return safe !== null && safe.owners.includes(owner) ? safe : null;
    });
  }

  /** What the next mandate of the pair must name. */
  prevOf(owner: Address, collateral: Address, debt: Address, block: BlockRef) {
    return this.onChain(async () => (await readGuardPosition(this.client, this.book.ballast.aaveGuard, block, owner, collateral, debt)).prev);
  }

  /** Tokens of an owner, as far as approvals to the guard rest on them. */
  tokensOf(block: BlockRef, owner: Address, tokens: readonly Address[]): Promise<readonly TokenFacts[]> {
    return this.onChain(() => readTokens(this.client, block, owner, this.book.ballast.aaveGuard, tokens, this.book));
  }

  receiptTokenOf(block: BlockRef, asset: Address): Promise<Address> {
    return this.onChain(() => receiptTokenOf(this.client, block, this.book.aaveV3.pool, asset));
  }

  /** Nobody is asked to approve to, or to sign for, a contract whose code is not this version's. */
  private async requireOurs(block: BlockRef): Promise<void> {
    const { aaveGuard, keepers } = this.book.ballast;
    const [guardCode, keepersCode] = await Promise.all([this.client.codeAt(block, aaveGuard), this.client.codeAt(block, keepers)]);
    if (!isAaveGuardCode(guardCode)) throw new MandateRefused('mandate-contract', `other code at ${shownAddress(aaveGuard)}`, 'the published guard', 'The contract at the published address is not ours. Nothing is offered to sign.');
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
