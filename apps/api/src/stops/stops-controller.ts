import { Controller, Delete, Get, HttpCode, Inject, Param, Post, UseGuards } from '@nestjs/common';
import type { z } from 'zod';
import type { ChainBook } from '@ballast/connectors';
import { BY_OWNER, MANDATE_ACTIONS, reaches, type StopScope } from '@ballast/policy';
import { MandateStore, SwitchStore, type SessionRecord, type StopRecord } from '@ballast/storage';
import { address, type Address } from '@ballast/units';
import { CurrentSession, SessionGuard, requireOwn } from '../auth/session-guard.js';
import { addressParams } from '../contract/routes.js';
import type { Env } from '../env.js';
import { ZodPipe } from '../http/zod-pipe.js';
import { BOOK, ENV } from '../tokens.js';
import { tokenOf } from '../views/mandate-view.js';
import { stopView, type StopView } from '../views/stop-view.js';

type Params = z.infer<typeof addressParams>;

/** What keeps Ballast from acting by its own will, not by the chain's: kill switches and breakers; and an owner's own switch. */
@Controller()
export class StopsController {
  constructor(
    @Inject(ENV) private readonly env: Env, @Inject(BOOK) private readonly book: ChainBook, @Inject(SwitchStore) private readonly switches: SwitchStore, @Inject(MandateStore) private readonly mandates: MandateStore,
  ) {}

  /** What is stopped on this chain, for everybody to see; what owners stopped for themselves is theirs. */
  @Get('stops')
  async all(): Promise<StopView[]> {
    return (await this.here()).filter(({ scope }) => scope.kind !== 'owner').map((stop) => this.view(stop));
  }

  @Get('accounts/:address/stops')
  async ofAccount(@Param(new ZodPipe(addressParams)) params: Params): Promise<StopView[]> {
    return this.covering(address(params.address));
  }

  /** Ends nothing on chain: a mandate is ended by its owner's own `revoke`, which needs nobody. */
  @Post('accounts/:address/stop')
  @HttpCode(200)
  @UseGuards(SessionGuard)
  async stop(@Param(new ZodPipe(addressParams)) params: Params, @CurrentSession() session: SessionRecord): Promise<StopView[]> {
    const owner = address(params.address);
    requireOwn(session, owner);
    await this.switches.stop({ scope: this.scopeOf(owner), stops: 'all', setBy: BY_OWNER, reason: 'the owner of this account stopped it' });
    return this.covering(owner);
  }

  @Delete('accounts/:address/stop')
  @UseGuards(SessionGuard)
  async release(@Param(new ZodPipe(addressParams)) params: Params, @CurrentSession() session: SessionRecord): Promise<StopView[]> {
    const owner = address(params.address);
    requireOwn(session, owner);
    await this.switches.release(this.scopeOf(owner), BY_OWNER);
    return this.covering(owner);
  }

  private async covering(owner: Address): Promise<StopView[]> {
    const [stops, mandates] = await Promise.all([this.here(), this.mandates.ofOwner(owner)]);
    const loans = mandates.filter(({ status }) => status === 'active').map(({ positionId, terms }) => ({ positionId, tokens: [terms.collateral, terms.debt], sells: (terms.actions & MANDATE_ACTIONS.FILL) !== 0 }));
    const covers = ({ scope, stops: degree }: StopRecord): boolean => loans.some((loan) => (degree !== 'fill' || loan.sells) && reaches(scope, loan));
    return stops.filter((stop) => (stop.scope.kind === 'owner' ? stop.scope.owner === owner : covers(stop))).map((stop) => this.view(stop));
  }

  private async here(): Promise<readonly StopRecord[]> {
    return (await this.switches.inForce()).filter(({ scope }) => scope.kind === 'global' || Number(scope.chainId) === this.env.rpc.chainId);
  }

  private scopeOf(owner: Address): StopScope {
    return { kind: 'owner', chainId: this.env.rpc.chainId, owner };
  }

  private view(stop: StopRecord): StopView {
    return stopView(stop, (asset) => tokenOf(this.book, this.env.rpc.chainId, address(asset)).symbol);
  }
}
