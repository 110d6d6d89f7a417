import { Body, Controller, HttpCode, Inject, Post, UseGuards } from '@nestjs/common';
import { ReadClient, type BlockRef, type ChainBook } from '@ballast/connectors';
import type { SessionRecord } from '@ballast/storage';
import { address, type Address } from '@ballast/units';
import { CurrentSession, SessionGuard, requireOwn } from '../auth/session-guard.js';
import { routes } from '../contract/routes.js';
import { ZodPipe } from '../http/zod-pipe.js';
import { MandateReader } from '../mandates/mandate-reader.js';
import { MoveRefused } from '../problems/api-errors.js';
import { BOOK } from '../tokens.js';
import { assetOf, prepareMove, type MoveRequest, type MoveView } from './prepare-move.js';
import { aaveVenue, morphoVenue, type Venue } from './venues.js';

type Side = MoveRequest['to'];

/** Prepares what an owner may sign; Ballast itself never moves collateral between protocols. */
@Controller('moves')
export class MovesController {
  constructor(@Inject(BOOK) private readonly book: ChainBook, @Inject(ReadClient) private readonly client: ReadClient, @Inject(MandateReader) private readonly reader: MandateReader) {}

  @Post('prepare')
  @HttpCode(200)
  @UseGuards(SessionGuard)
  async prepare(@Body(new ZodPipe(routes.prepareMove.body)) body: MoveRequest, @CurrentSession() session: SessionRecord): Promise<MoveView> {
    const owner = address(body.from.account ?? session.address);
    const block = await this.reader.head();
    const safe = owner === session.address ? null : await this.reader.safeOf(owner, session.address, block);
    if (safe === null) requireOwn(session, owner);
    return this.reader.onChain(async () => {
      const token = address(body.asset);
      const [donor, recipient] = await Promise.all([this.venue(body.from, owner, token, block), this.venue(body.to, address(body.to.account ?? owner), token, block)]);
      return prepareMove(this.client, this.book, body, { donor, recipient, asset: assetOf(this.book, this.client.chainId, token), block, safe });
    });
  }

  private async venue(side: Side, account: Address, token: Address, block: BlockRef): Promise<Venue> {
    if (side.protocol === 'aave-v3') return aaveVenue(this.book.aaveV3.pool, account, token);
    const venue = this.book.morpho === undefined ? null : await morphoVenue(this.client, block, this.book.morpho.address, side.marketId, account);
    if (venue === null) throw new MoveRefused('move-market', side.marketId, 'a market of Morpho on this chain');
    return venue;
  }
}
