import { z } from 'zod';
import { sealKey } from '@ballast/venue-wire/sealing';
import { address, bps, chainId, parseDecimal, usdE8 } from '@ballast/units';
import { instrumentId } from '@ballast/positions';
import { derivatives, venueGateways, venueKey } from '../../apps/api/src/contract/hedging-schemas.js';
import type { ApiUser } from '../../apps/cli/src/demo/onboarding.js';
import type { Stack } from '../../apps/cli/src/stack.js';
import { until } from '../../apps/cli/src/until.js';

export type Derivatives = z.output<typeof derivatives>;
export type KeyLimits = z.output<typeof venueKey>['limits'];

const PLACE = { environment: 'paper', venue: 'hyperliquid' } as const;
const fills = z.array(z.object({ px: z.string(), sz: z.string(), fee: z.string(), time: z.number(), dir: z.string(), cloid: z.string().nullish(), liquidation: z.unknown().optional() }));

/** One execution at the paper venue, as it tells it. */
export interface VenueFill {
  readonly price: number;
  readonly size: number;
  readonly feeUsd: number;
  readonly at: number;
  readonly cloid: string | null;
  readonly isLiquidation: boolean;
}

/** An owner at the paper venue: what he does through Ballast's API, and what the venue itself tells of his account. */
export class VenueOwner {
  constructor(readonly stack: Stack, readonly user: ApiUser, readonly owner: string) {}

  get url(): string {
    return this.stack.paperVenue!.plan.url;
  }

  /** Seals the key as a browser would, hands it in, reads the warning and accepts it. Returns the warning. */
  async connect(name: string, label: string, limits: KeyLimits): Promise<string> {
    const { user, owner } = this;
    const { gateways, chainId: chain } = await until('a gateway is seen', async () => {
      const found = await user.call('GET', '/v1/venues', venueGateways);
      return found.gateways.length > 0 ? found : undefined;
    });
    const { account, agentKey } = this.stack.paperVenue!.plan.keys.hyperliquid;
    const sealedLimits = { instruments: limits.instruments.map((symbol) => instrumentId(PLACE, symbol)), maxNotionalUsdE8: usdE8(parseDecimal(limits.maxNotionalUsd, 8)), turnoverPerDayUsdE8: usdE8(parseDecimal(limits.turnoverPerDayUsd, 8)), maxPriceApart: bps(parseDecimal(limits.maxPriceApartPercent, 2)) };
    const sealed = await sealKey({ credentials: { venue: 'hyperliquid', account: address(account), agentKey: agentKey as `0x${string}` }, limits: sealedLimits }, { ...PLACE, chainId: chainId(chain), owner: address(owner), name }, gateways[0]!.publicKey);
    await user.call('POST', `/v1/accounts/${owner}/venue-keys`, venueKey, { ...PLACE, name, label, sealed, limits });
    const warning = await until('the key is connected and its account read', async () => {
      const found = (await this.read()).keys.find((key) => key.name === name);
      if (found?.state === 'refused') throw new Error(`the key was refused: ${found.why}`);
      return found?.state === 'connected' && found.warning !== null ? found.warning : undefined;
    });
    await user.call('POST', `/v1/accounts/${owner}/venue-keys/${name}/accept`, venueKey, { warning });
    return warning;
  }

  read(): Promise<Derivatives> {
    return this.user.call('GET', `/v1/accounts/${this.owner}/derivatives`, derivatives);
  }

  /** Whether something of this kind was sent to the owner, or waits to be. */
  async wasTold(kind: string): Promise<boolean> {
    const deliveries = await this.user.call('GET', `/v1/accounts/${this.owner}/deliveries`, z.array(z.object({ kind: z.string() })));
    return deliveries.some((one) => one.kind === kind);
  }

  /** What the venue executed for an account. */
  async fills(account = this.stack.paperVenue!.plan.keys.hyperliquid.account): Promise<readonly VenueFill[]> {
    return (await this.info({ type: 'userFills', user: account }, fills)).map(({ px, sz, fee, time, cloid, liquidation }) => ({ price: Number(px), size: Number(sz), feeUsd: Number(fee), at: time, cloid: cloid ?? null, isLiquidation: liquidation !== undefined && liquidation !== null }));
  }

  async info<T>(question: object, answer: z.ZodType<T>): Promise<T> {
    const response = await fetch(`${this.url}/info`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(question) });
    return answer.parse(await response.json());
  }

  /** As the venue's operator. */
  async let<T>(what: string, body: object, answer: z.ZodType<T>): Promise<T> {
    const response = await fetch(`${this.url}/admin/hyperliquid/${what}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`the paper venue refused ${what}: ${response.status} ${await response.text()}`);
    return answer.parse(await response.json());
  }
}
