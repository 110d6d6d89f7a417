import type { HedgePolicy, VenueJournal } from '@ballast/policy';
import type { VenueLine } from '../../src/hedging/keeping.js';
import type { StageKey, StageVenueName } from './stage-venues.js';

/** What of a process's way to the journal, the venue and the stores a test may break. */
export interface Breakable {
  readonly journal: VenueJournal;
  readonly line: VenueLine;
}

export interface StageOptions {
  /** Hyperliquid, with 120,000 USDC, where it is left out; at Deribit there are 10 ETH. */
  readonly on?: StageVenueName;
  readonly deposit?: string;
  readonly policy?: Partial<HedgePolicy>;
  readonly hasPlan?: boolean;
  /** Whether an id of ours counts once at Hyperliquid. */
  readonly clientIds?: 'once' | 'repeatable';
  /** How long an answer is waited for. */
  readonly timeoutMs?: number;
  /** Puts that Deribit quotes, that the key's limits name and that the plan may buy in the account. */
  readonly puts?: readonly string[];
}

/** What another process needs to act on the same stage. */
export interface StagePlace {
  readonly on: StageVenueName;
  readonly venueUrl: string;
  readonly databaseUrl: string;
  readonly key: StageKey;
  readonly ahead: number;
}
