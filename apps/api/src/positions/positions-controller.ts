import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import type { z } from 'zod';
import type { PositionId } from '@ballast/positions';
import { JournalReader, PositionStore, type PositionSample } from '@ballast/storage';
import { decisionParams, decisionsQuery, historyQuery, positionParams } from '../contract/routes.js';
import type * as contract from '../contract/schemas.js';
import { ZodPipe } from '../http/zod-pipe.js';
import { NotFound } from '../problems/api-errors.js';
import type { DecisionView } from '../views/decision-view.js';
import type { PositionView } from '../views/position-view.js';
import { chainTime, healthText, priceText, usdDown, usdUp } from '../views/text.js';
import { PositionViews } from './position-views.js';

type Params = z.infer<typeof positionParams>;

const sampleView = (sample: PositionSample): z.infer<typeof contract.sample> => ({
  blockNumber: sample.blockNumber.toString(), chainTime: chainTime(sample.at),
  priceUsd: sample.priceUsdE8 === null ? null : priceText(sample.priceUsdE8), liquidationPriceUsd: sample.liquidationUsdE8 === null ? null : usdUp(sample.liquidationUsdE8),
  health: healthText(sample.health), chance24h: sample.chance24h, debtUsd: usdUp(sample.debtUsdE8), collateralUsd: usdDown(sample.collateralUsdE8),
});

@Controller()
export class PositionsController {
  constructor(@Inject(PositionViews) private readonly views: PositionViews, @Inject(PositionStore) private readonly positions: PositionStore, @Inject(JournalReader) private readonly journal: JournalReader) {}

  @Get('positions/:id')
  async position(@Param(new ZodPipe(positionParams)) { id }: Params): Promise<PositionView> {
    const view = await this.views.position(id as PositionId);
    if (view === null) throw new NotFound('position', id);
    return view;
  }

  @Get('positions/:id/history')
  async history(@Param(new ZodPipe(positionParams)) { id }: Params, @Query(new ZodPipe(historyQuery)) { points }: z.infer<typeof historyQuery>): Promise<z.infer<typeof contract.positionHistory>> {
    await this.requirePosition(id);
    return { positionId: id, samples: (await this.positions.history(id as PositionId, points)).map(sampleView) };
  }

  @Get('positions/:id/decisions')
  async decisions(@Param(new ZodPipe(positionParams)) { id }: Params, @Query(new ZodPipe(decisionsQuery)) { limit }: z.infer<typeof decisionsQuery>): Promise<readonly DecisionView[]> {
    await this.requirePosition(id);
    return this.views.decisions(await this.journal.decisions(id as PositionId, limit));
  }

  @Get('decisions/:id')
  async decision(@Param(new ZodPipe(decisionParams)) { id }: z.infer<typeof decisionParams>): Promise<DecisionView> {
    const record = await this.journal.decision(id);
    const [view] = record === null ? [] : await this.views.decisions([record]);
    if (view === undefined) throw new NotFound('decision', id);
    return view;
  }

  private async requirePosition(id: string): Promise<void> {
    if ((await this.positions.latest(id as PositionId)) === null) throw new NotFound('position', id);
  }
}
