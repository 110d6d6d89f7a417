import type { ChainId } from '@ballast/units';
import type { DerivativesVenue, VenueEnvironment } from '@ballast/positions';
import { clientOf, type Database } from '../database.js';

/** A process that holds trading keys, as far as others need to know it. */
export interface VenueGatewayRecord {
  readonly environment: VenueEnvironment;
  /** What keys are sealed to. */
  readonly publicKey: string;
  readonly venues: readonly DerivativesVenue[];
  readonly seenAt: Date;
}

/** What the workers of a chain last saw of their gateways. */
export class VenueGatewayStore {
  constructor(private readonly database: Database) {}

  async seen(chain: ChainId, { environment, publicKey, venues, seenAt }: VenueGatewayRecord): Promise<void> {
    const data = { publicKey, venues: [...venues], seenAt };
    await clientOf(this.database).venueGateway.upsert({ where: { chainId_environment: { chainId: chain, environment } }, create: { chainId: chain, environment, ...data }, update: data });
  }

  async ofChain(chain: ChainId): Promise<readonly VenueGatewayRecord[]> {
    const rows = await clientOf(this.database).venueGateway.findMany({ where: { chainId: chain }, orderBy: { environment: 'asc' } });
    return rows.map(({ environment, publicKey, venues, seenAt }) => ({ environment: environment as VenueEnvironment, publicKey, venues: venues as DerivativesVenue[], seenAt }));
  }
}
