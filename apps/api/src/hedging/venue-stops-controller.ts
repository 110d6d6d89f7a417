import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, UseGuards } from '@nestjs/common';
import type { z } from 'zod';
import type { VenueEnvironment } from '@ballast/positions';
import { BY_OPERATOR, BY_OWNER, type VenueOwner } from '@ballast/policy';
import type { SessionRecord, VenueStopRecord } from '@ballast/storage';
import { CurrentSession, SessionGuard } from '../auth/session-guard.js';
import type * as contract from '../contract/hedging-schemas.js';
import { venueStopRequest } from '../contract/hedging-schemas.js';
import { addressParams, environmentQuery } from '../contract/routes.js';
import type { Env } from '../env.js';
import { ZodPipe } from '../http/zod-pipe.js';
import { HedgeOutdated } from '../problems/api-errors.js';
import { ENV } from '../tokens.js';
import { HedgingStores } from './hedging-stores.js';
import { ownerOf } from './signed-in-owner.js';

type VenueStopView = z.infer<typeof contract.venueStop>;
type OfAddress = z.infer<typeof addressParams>;

const LEVELS: Readonly<Record<VenueStopView['level'], string>> = {
  'no-grow': 'Nothing is added to a hedge; it may still be made smaller.', 'cancel-all': 'Nothing is sent to the venue, not even to make a hedge smaller.', flatten: 'Everything is being closed.',
};

const NOTHING_TO_CLOSE = 'Nothing of yours is hedged, so Ballast closes nothing; nothing is added either. What your accounts hold is yours to close.';

/** What keeps Ballast from trading at derivatives venues: an owner's own switch, and those of who runs it. */
@Controller()
@UseGuards(SessionGuard)
export class VenueStopsController {
  constructor(@Inject(ENV) private readonly env: Env, @Inject(HedgingStores) private readonly stores: HedgingStores) {}

  @Get('accounts/:address/venue-stops')
  async inForce(@Param(new ZodPipe(addressParams)) params: OfAddress, @CurrentSession() session: SessionRecord): Promise<VenueStopView[]> {
    return this.reaching(ownerOf(params, session, this.env));
  }

  /** Once it returns nothing is sent that the stop holds back. Closing everything is asked twice: the second time with what the first answer gave. */
  @Post('accounts/:address/venue-stops')
  @HttpCode(200)
  async stop(@Param(new ZodPipe(addressParams)) params: OfAddress, @Body(new ZodPipe(venueStopRequest)) { environment, level, confirmation }: z.infer<typeof venueStopRequest>, @CurrentSession() session: SessionRecord): Promise<VenueStopView[]> {
    const owner = ownerOf(params, session, this.env);
    const name = this.nameOf(owner, environment);
    if (confirmation === undefined) {
      await this.stores.stops.set({ ...name, level, reason: 'the owner of this account stopped it' });
    } else {
      const own = (await this.own(owner)).find((stop) => stop.environment === environment && stop.setBy === BY_OWNER && stop.scope.kind === 'owner');
      const isConfirmed = level === 'flatten' && own?.since.toISOString() === confirmation && (await this.stores.stops.confirm(name, own.since));
      if (!isConfirmed) throw new HedgeOutdated('confirmation', confirmation, 'that of the flatten in force, which is not confirmed yet');
    }
    return this.reaching(owner);
  }

  @Delete('accounts/:address/venue-stops')
  async release(@Param(new ZodPipe(addressParams)) params: OfAddress, @Query(new ZodPipe(environmentQuery)) { environment }: z.infer<typeof environmentQuery>, @CurrentSession() session: SessionRecord): Promise<VenueStopView[]> {
    const owner = ownerOf(params, session, this.env);
    await this.stores.stops.release(this.nameOf(owner, environment));
    return this.reaching(owner);
  }

  private nameOf({ chainId, owner }: VenueOwner, environment: VenueEnvironment) {
    return { environment, scope: { kind: 'owner', chainId, owner }, setBy: BY_OWNER } as const;
  }

  private async reaching(owner: VenueOwner): Promise<VenueStopView[]> {
    const [stops, plans] = await Promise.all([this.own(owner), this.stores.plans.ofOwner(owner.chainId, owner.owner)]);
    return stops.map((stop) => stopView(stop, plans.some(({ active, environment }) => active && environment === stop.environment)));
  }

  /** Those of all and those of this owner. */
  private async own({ chainId, owner }: VenueOwner): Promise<readonly VenueStopRecord[]> {
    return (await this.stores.stops.inForce()).filter(({ scope }) => scope.kind !== 'owner' || (Number(scope.chainId) === Number(chainId) && scope.owner === owner));
  }
}

/** Ballast closes what hedges hold. `hasHedge`: the owner has one in the environment of the stop. */
function stopView({ environment, scope, level, setBy, reason, isConfirmed, since }: VenueStopRecord, hasHedge: boolean): VenueStopView {
  const waits = level === 'flatten' && !isConfirmed;
  const sentence = level === 'flatten' && !hasHedge ? NOTHING_TO_CLOSE : waits ? 'Everything is to be closed once you confirm it; until then nothing is added.' : LEVELS[level];
  return {
    environment, scope: scope.kind, venue: scope.kind === 'venue' ? scope.venue : null, level, by: setBy === BY_OWNER ? 'owner' : setBy === BY_OPERATOR ? 'operator' : 'breaker', isConfirmed, confirmation: waits && setBy === BY_OWNER ? since.toISOString() : null,
    sentence: `${sentence}${setBy === BY_OWNER ? '' : ` Reason: ${reason}.`}`, since: since.toISOString(),
  };
}
