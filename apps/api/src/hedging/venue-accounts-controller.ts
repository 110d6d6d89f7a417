import { Body, Controller, Delete, Inject, Param, Put, UseGuards } from '@nestjs/common';
import type { z } from 'zod';
import { partsOfVenueAccount, type VenueAccountId } from '@ballast/positions';
import type { AccountBounds, VenueOwner } from '@ballast/policy';
import type { SessionRecord, StoredVenueAccount } from '@ballast/storage';
import { CurrentSession, SessionGuard } from '../auth/session-guard.js';
import { accountBounds } from '../contract/hedging-schemas.js';
import { venueAccountParams } from '../contract/routes.js';
import type { Env } from '../env.js';
import { ZodPipe } from '../http/zod-pipe.js';
import { NotFound } from '../problems/api-errors.js';
import { ENV } from '../tokens.js';
import type { VenueAccountView } from '../views/hedging/venue-account-view.js';
import { DerivativesReader } from './derivatives-reader.js';
import { boundsWish, carrierOf } from './hedge-request.js';
import { HedgingStores } from './hedging-stores.js';
import { ownerOf } from './signed-in-owner.js';
import { whileThere } from './while-there.js';

type OfAccount = z.infer<typeof venueAccountParams>;

/** Whether a derivative account is protected as a position of its own, and inside which bounds. */
@Controller()
@UseGuards(SessionGuard)
export class VenueAccountsController {
  constructor(@Inject(ENV) private readonly env: Env, @Inject(HedgingStores) private readonly stores: HedgingStores, @Inject(DerivativesReader) private readonly reader: DerivativesReader) {}

  @Put('accounts/:address/venue-accounts/:id/protection')
  async protect(@Param(new ZodPipe(venueAccountParams)) params: OfAccount, @Body(new ZodPipe(accountBounds)) request: z.infer<typeof accountBounds>, @CurrentSession() session: SessionRecord): Promise<VenueAccountView> {
    const owner = ownerOf(params, session, this.env);
    const connected = await this.reader.connected(owner);
    const id = ownOf(connected, params.id);
    const key = carrierOf(id, partsOfVenueAccount(id).environment, { ...connected, instruments: [] });
    return this.guard(owner, id, boundsWish(request, key));
  }

  @Delete('accounts/:address/venue-accounts/:id/protection')
  async unprotect(@Param(new ZodPipe(venueAccountParams)) params: OfAccount, @CurrentSession() session: SessionRecord): Promise<VenueAccountView> {
    const owner = ownerOf(params, session, this.env);
    return this.guard(owner, ownOf(await this.reader.connected(owner), params.id), null);
  }

  private async guard(owner: VenueOwner, id: VenueAccountId, bounds: Omit<AccountBounds, 'version'> | null): Promise<VenueAccountView> {
    await whileThere(() => this.stores.accounts.setBounds(id, owner, bounds, []));
    return this.reader.accountOf(owner, id);
  }
}

/** @throws NotFound where it is none of the owner's connected accounts */
function ownOf({ accounts }: { readonly accounts: readonly StoredVenueAccount[] }, id: string): VenueAccountId {
  const found = accounts.find((one) => one.id === id);
  if (found === undefined) throw new NotFound('venue account', id);
  return found.id;
}
