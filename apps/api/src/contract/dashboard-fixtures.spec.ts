import { describe, expect, it } from 'vitest';
import { aDerivatives, aHedgeDecision, aVenueStop, venuesOffered } from '../../../web/src/testing/hedging.js';
import { derivatives, hedgeDecision, venueGateways, venueStop } from './hedging-schemas.js';

describe('what the dashboard’s tests take for answers of the API', () => {
  it.each([
    ['derivatives', derivatives, aDerivatives()], ['a decision about a hedge', hedgeDecision, aHedgeDecision()], ['venues', venueGateways, venuesOffered], ['a stop', venueStop, aVenueStop()],
  ] as const)('%s is what the contract says', (_, schema, fixture) => expect(schema.safeParse(fixture).error).toBeUndefined());
});
