import { Body, Controller, Delete, Inject, Param, Put, UseGuards } from '@nestjs/common';
import type { z } from 'zod';
import { partsOfVenueAccount, type VenueAccountId } from '@ballast/positions';
import type { AccountBounds, VenueOwner } from '@ballast/policy';
import type { SessionRecord } from '@ballast/storage';
import { CurrentSession, SessionGuard } from '../auth/session-guard.js';
import { accountBounds } from '../contract/hedging-schemas.js';
import { venueAccountParams } from '../contract/routes.js';
import type { Env } from '../env.js';
import { ZodPipe } from '../http/zod-pipe.js';
import { ENV } from '../tokens.js';
import type { VenueAccountView } from '../views/hedging/venue-account-view.js';
import { DerivativesReader } from './derivatives-reader.js';
import { boundsWish, carrierOf } from './hedge-request.js';
import { HedgingStores } from './hedging-stores.js';
import { ownerOf } from './signed-in-owner.js';

type OfAccount = z.infer<typeof venueAccountParams>;

/** Whether a derivative account is protected as a position of its own, and inside which bounds. */
@Controller()
@UseGuards(SessionGuard)
export class VenueAccountsController {
  constructor(@Inject(ENV) private readonly env: Env, @Inject(HedgingStores) private readonly stores: HedgingStores, @Inject(DerivativesReader) private readonly reader: DerivativesReader) {}

  @Put('accounts/:address/venue-accounts/:id/protection')
  async protect(@Param(new ZodPipe(venueAccountParams)) params: OfAccount, @Body(new ZodPipe(accountBounds)) request: z.infer<typeof accountBounds>, @CurrentSession() session: SessionRecord): Promise<VenueAccountView> {
    const owner = ownerOf(params, session, this.env);
    const bounds = boundsWish(request);
    const id = await this.own(owner, params.id);
    const [keys, accounts] = await Promise.all([this.stores.keys.ofOwner(owner.chainId, owner.owner), this.stores.accounts.ofOwner(owner.chainId, owner.owner)]);
    carrierOf(id, partsOfVenueAccount(id).environment, { keys, accounts, instruments: [] });
    return this.guard(owner, id, bounds);
  }

  @Delete('accounts/:address/venue-accounts/:id/protection')
  async unprotect(@Param(new ZodPipe(venueAccountParams)) params: OfAccount, @CurrentSession() session: SessionRecord): Promise<VenueAccountView> {
    const owner = ownerOf(params, session, this.env);
    return this.guard(owner, await this.own(owner, params.id), null);
  }

  /** @throws NotFound where it is no account of the owner's */
  private async own(owner: VenueOwner, id: string): Promise<VenueAccountId> {
    return (await this.reader.accountOf(owner, id as VenueAccountId)).id as VenueAccountId;
  }

  private async guard(owner: VenueOwner, id: VenueAccountId, bounds: Omit<AccountBounds, 'version'> | null): Promise<VenueAccountView> {
    await this.stores.accounts.setBounds(id, owner, bounds, []);
    return this.reader.accountOf(owner, id);
  }
}
