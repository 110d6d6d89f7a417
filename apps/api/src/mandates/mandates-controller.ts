import { Body, Controller, Get, HttpCode, Inject, Param, Post, UseGuards } from '@nestjs/common';
import type { z } from 'zod';
import { ReadClient, ReadFailed, RpcRefused, RpcUnreachable, type ChainBook } from '@ballast/connectors';
import { encodeRevoke, readGuardPosition } from '@ballast/execution/planner';
import { positionId, type PositionId } from '@ballast/positions';
import { MandateStore, PositionStore, type MandateRecord, type SessionRecord } from '@ballast/storage';
import { hash32, type Address } from '@ballast/units';
import { CurrentSession, SessionGuard, requireOwn } from '../auth/session-guard.js';
import { mandateParams, routes } from '../contract/routes.js';
import type * as contract from '../contract/schemas.js';
import { ZodPipe } from '../http/zod-pipe.js';
import { ChainUnreachable, MandateRefused, NotFound } from '../problems/api-errors.js';
import { BOOK } from '../tokens.js';
import { mandateView, type MandateView } from '../views/mandate-view.js';
import { shownAddress } from '../views/text.js';
import { draftMandate, mainPair, type DraftRequest, type DraftView } from './draft.js';
import { rescueCost } from './rescue-cost.js';
import { readSubmission, type Submission } from './submission.js';

@Controller('mandates')
export class MandatesController {
  constructor(
    @Inject(BOOK) private readonly book: ChainBook, @Inject(ReadClient) private readonly client: ReadClient,
    @Inject(MandateStore) private readonly mandates: MandateStore, @Inject(PositionStore) private readonly positions: PositionStore,
  ) {}

  @Post('draft')
  @HttpCode(200)
  @UseGuards(SessionGuard)
  async draft(@Body(new ZodPipe(routes.draftMandate.body)) body: DraftRequest, @CurrentSession() session: SessionRecord): Promise<DraftView> {
    const assessed = await this.positions.latest(body.positionId as PositionId);
    if (assessed === null) throw new NotFound('position', body.positionId);
    const { position } = assessed;
    requireOwn(session, position.account);
    const { collateral, debt } = mainPair(position);
    const { prev, head } = await this.guardState(position.account, collateral.asset.address, debt.asset.address);
    const rescueCostUsdE8 = await this.onChain(() => rescueCost(this.client, this.book, head));
    return draftMandate(body, { position, book: this.book, prev, now: head.timestamp, rescueCostUsdE8 });
  }

  @Post()
  @UseGuards(SessionGuard)
  async submit(@Body(new ZodPipe(routes.submitMandate.body)) body: Submission, @CurrentSession() session: SessionRecord): Promise<MandateView> {
    const { chainId } = this.client;
    const now = await this.onChain(async () => (await this.client.head()).timestamp);
    const mandate = readSubmission(body, { chainId, book: this.book, session: session.address, now });
    const { owner, collateral, debt, prev } = mandate.terms;
    const id = positionId(chainId, 'aave-v3', owner);
    if ((await this.positions.latest(id)) === null) throw new MandateRefused('mandate-position', id, 'an account that is watched and has been read');
    const stored = await this.mandates.get(mandate.hash);
    if (stored !== null) return mandateView(stored, this.book);
    const state = await this.guardState(owner, collateral, debt);
    if (state.prev !== prev) throw new MandateRefused('mandate-outdated', prev, state.prev, 'This mandate was drafted before another change to the same loan’s mandate: ask for a new draft and sign that.');
    return mandateView(await this.mandates.add({ ...mandate, positionId: id }), this.book);
  }

  @Get(':hash')
  async mandate(@Param(new ZodPipe(mandateParams)) params: z.infer<typeof mandateParams>): Promise<MandateView> {
    return mandateView(await this.stored(params.hash), this.book);
  }

  @Get(':hash/revocation')
  async revocation(@Param(new ZodPipe(mandateParams)) params: z.infer<typeof mandateParams>): Promise<z.infer<typeof contract.unsignedTransaction>> {
    const { chainId, guard, terms } = await this.stored(params.hash);
    return { chainId, to: shownAddress(guard), data: encodeRevoke(terms.collateral, terms.debt), value: '0x0' };
  }

  private async stored(hash: string): Promise<MandateRecord> {
    const record = await this.mandates.get(hash32(hash));
    if (record === null) throw new NotFound('mandate', hash);
    return record;
  }

  /** What the next mandate of the pair must name, at the newest block. */
  private guardState(owner: Address, collateral: Address, debt: Address) {
    return this.onChain(async () => {
      const head = await this.client.head();
      const { prev } = await readGuardPosition(this.client, this.book.ballast.aaveGuard, head, owner, collateral, debt);
      return { prev, head };
    });
  }

  private async onChain<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (error instanceof RpcUnreachable || error instanceof RpcRefused || error instanceof ReadFailed) throw new ChainUnreachable(this.client.chainId);
      throw error;
    }
  }
}
