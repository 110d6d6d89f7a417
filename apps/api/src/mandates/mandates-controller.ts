import { Body, Controller, Get, HttpCode, Inject, Param, Post, UseGuards } from '@nestjs/common';
import type { z } from 'zod';
import type { BlockRef, ChainBook } from '@ballast/connectors';
import { encodeRevoke } from '@ballast/execution/planner';
import { ON_AAVE, type Mandate, type MandatePlace } from '@ballast/policy';
import { positionId, type PositionId } from '@ballast/positions';
import { MandateStore, PermitStore, PositionStore, type MandateRecord, type SessionRecord, type SignedPermit } from '@ballast/storage';
import { address, hash32 } from '@ballast/units';
import { CurrentSession, SessionGuard, requireOwn } from '../auth/session-guard.js';
import { mandateParams, routes } from '../contract/routes.js';
import type * as contract from '../contract/schemas.js';
import { ZodPipe } from '../http/zod-pipe.js';
import { MandateRefused, NotFound } from '../problems/api-errors.js';
import { BOOK } from '../tokens.js';
import { mandateView, type MandateView } from '../views/mandate-view.js';
import { shownAddress } from '../views/text.js';
import { draftMandate, type DraftRequest, type DraftView } from './draft.js';
import { guardedPlace } from './guards.js';
import { MandateReader } from './mandate-reader.js';
import { readPermits, tokensDrawnOn } from './permits.js';
import { readSubmission, type Submission } from './submission.js';

@Controller('mandates')
export class MandatesController {
  constructor(
    @Inject(BOOK) private readonly book: ChainBook, @Inject(MandateReader) private readonly reader: MandateReader,
    @Inject(MandateStore) private readonly mandates: MandateStore, @Inject(PermitStore) private readonly permits: PermitStore, @Inject(PositionStore) private readonly positions: PositionStore,
  ) {}

  @Post('draft')
  @HttpCode(200)
  @UseGuards(SessionGuard)
  async draft(@Body(new ZodPipe(routes.draftMandate.body)) body: DraftRequest, @CurrentSession() session: SessionRecord): Promise<DraftView> {
    const assessed = await this.positions.latest(body.positionId as PositionId);
    if (assessed === null) throw new NotFound('position', body.positionId);
    const { position } = assessed;
    const safe = session.address === position.account ? null : await this.reader.safeOf(position.account, session.address);
    if (safe === null) requireOwn(session, position.account);
    return draftMandate(body, { ...(await this.reader.factsFor(position)), safe });
  }

  @Post()
  @UseGuards(SessionGuard)
  async submit(@Body(new ZodPipe(routes.submitMandate.body)) body: Submission, @CurrentSession() session: SessionRecord): Promise<MandateView> {
    const block = await this.reader.head();
    const named = address(body.terms.owner);
    const safe = body.via === 'set' && named !== session.address ? await this.reader.safeOf(named, session.address, block) : null;
    const id = (body.positionId ?? positionId(this.reader.chainId, 'aave-v3', named)) as PositionId;
    const place = await this.placeFor(id, body.terms);
    const mandate = readSubmission(body, { chainId: this.reader.chainId, book: this.book, place, session: session.address, actsFor: safe?.account ?? null, now: block.timestamp });
    const permits = await this.permitsOf(body, mandate, id, block);
    const stored = await this.mandates.get(mandate.hash);
    if (stored === null) {
      const expected = await this.reader.prevOf(mandate, block);
      if (expected !== mandate.terms.prev) throw new MandateRefused('mandate-outdated', mandate.terms.prev, expected, 'This mandate was drafted before another change to the same loan’s mandate: ask for a new draft and sign that.');
    }
    const record = stored ?? (await this.mandates.add({ ...mandate, positionId: id }));
    for (const permit of permits) await this.permits.add(permit);
    return mandateView(record, this.book);
  }

  @Get(':hash')
  async mandate(@Param(new ZodPipe(mandateParams)) params: z.infer<typeof mandateParams>): Promise<MandateView> {
    return mandateView(await this.stored(params.hash), this.book);
  }

  @Get(':hash/revocation')
  async revocation(@Param(new ZodPipe(mandateParams)) params: z.infer<typeof mandateParams>): Promise<z.infer<typeof contract.unsignedTransaction>> {
    const mandate = await this.stored(params.hash);
    return { chainId: mandate.chainId, to: shownAddress(mandate.guard), data: encodeRevoke(mandate), value: '0x0' };
  }

  /** How the signed form names the loan. An owner's loan on Aave need not hold the pair yet; elsewhere the position says what it is. @throws MandateRefused */
  private async placeFor(id: PositionId, terms: Submission['terms']): Promise<MandatePlace> {
    const position = (await this.positions.latest(id))?.position;
    if (position === undefined || position.account !== address(terms.owner) || position.provenance.chainId !== this.reader.chainId) throw new MandateRefused('mandate-position', id, 'a loan of the owner that is watched and has been read');
    if (position.protocol === 'aave-v3') return ON_AAVE;
    const collateral = position.collaterals.find(({ asset }) => asset.address === address(terms.collateral));
    const debt = position.debts.find(({ asset }) => asset.address === address(terms.debt));
    if (collateral === undefined || debt === undefined) throw new MandateRefused('mandate-pair', `${terms.collateral} against ${terms.debt}`, 'collateral and debt of this loan');
    return guardedPlace(position, collateral, debt);
  }

  private async stored(hash: string): Promise<MandateRecord> {
    const record = await this.mandates.get(hash32(hash));
    if (record === null) throw new NotFound('mandate', hash);
    return record;
  }

  /** The signed permits that came with a mandate. @throws MandateRefused */
  private async permitsOf({ permits = [] }: Submission, mandate: Mandate, id: PositionId, block: BlockRef): Promise<readonly SignedPermit[]> {
    if (permits.length === 0) return [];
    const receiptToken = mandate.place.guard === 'AaveGuard' ? await this.reader.receiptTokenOf(block, mandate.terms.collateral) : null;
    const tokens = await this.reader.tokensOf(block, mandate.terms.owner, mandate.guard, tokensDrawnOn(mandate, receiptToken));
    return readPermits(permits, { mandate, positionId: id, tokens, receiptToken, now: block.timestamp });
  }
}
