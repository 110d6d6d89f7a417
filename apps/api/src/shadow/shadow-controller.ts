import { Controller, Delete, Get, Inject, Param, Put, UseGuards } from '@nestjs/common';
import type { z } from 'zod';
import { BY_SHADOW, type StopScope } from '@ballast/policy';
import { ShadowStore, SwitchStore, type SessionRecord } from '@ballast/storage';
import { address, type Address } from '@ballast/units';
import { CurrentSession, SessionGuard, requireOwn } from '../auth/session-guard.js';
import { addressParams } from '../contract/routes.js';
import type { Env } from '../env.js';
import { ZodPipe } from '../http/zod-pipe.js';
import { ENV } from '../tokens.js';
import { shadowView, type ShadowView } from '../views/shadow-view.js';

type Params = z.infer<typeof addressParams>;

/** An owner's shadow mode: it is entered and left here, and it is told what would have been done. */
@Controller()
@UseGuards(SessionGuard)
export class ShadowController {
  constructor(@Inject(ENV) private readonly env: Env, @Inject(SwitchStore) private readonly switches: SwitchStore, @Inject(ShadowStore) private readonly store: ShadowStore) {}

  @Get('accounts/:address/shadow')
  async summary(@Param(new ZodPipe(addressParams)) params: Params, @CurrentSession() session: SessionRecord): Promise<ShadowView> {
    return this.of(own(params, session));
  }

  /** Nothing is signed for the owner any more once it returns. Entered again, it goes on since the first time. */
  @Put('accounts/:address/shadow')
  async enter(@Param(new ZodPipe(addressParams)) params: Params, @CurrentSession() session: SessionRecord): Promise<ShadowView> {
    const owner = own(params, session);
    await this.switches.stop({ scope: this.scopeOf(owner), stops: 'all', setBy: BY_SHADOW, reason: 'it only notes what it would have done' });
    return this.of(owner);
  }

  @Delete('accounts/:address/shadow')
  async leave(@Param(new ZodPipe(addressParams)) params: Params, @CurrentSession() session: SessionRecord): Promise<ShadowView> {
    const owner = own(params, session);
    await this.switches.release(this.scopeOf(owner), BY_SHADOW);
    return this.of(owner);
  }

  /** In shadow mode, what was noted since it began; else all that ever was. */
  private async of(owner: Address): Promise<ShadowView> {
    const { chainId } = this.env.rpc;
    const since = await this.store.since(chainId, owner);
    return shadowView(await this.store.figures(chainId, owner, since ?? new Date(0)), since, new Date());
  }

  private scopeOf(owner: Address): StopScope {
    return { kind: 'owner', chainId: this.env.rpc.chainId, owner };
  }
}

function own(params: Params, session: SessionRecord): Address {
  const owner = address(params.address);
  requireOwn(session, owner);
  return owner;
}
