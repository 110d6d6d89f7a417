import { callOf, decodeResult, morphoBlueAbi, type Pinned, type ReadClient } from '@ballast/connectors';
import type { Address, Hash32 } from '@ballast/units';
import { z } from 'zod';
import type { MorphoPlace } from './morpho-blue-reader.js';

/** Pairs of account and market asked again at once; beyond it they take turns. */
const REPEATED_AT_ONCE = 20_000;
const position = z.tuple([z.bigint(), z.bigint(), z.bigint()]).transform(([, borrowShares, collateral]) => borrowShares > 0n || collateral > 0n);

/** What is known of Morpho's markets beside what the chain is asked. */
export interface KnownMarkets {
  /** Every market that may be read; it may grow. Anybody may create a market with a token and an oracle of his own: those are not among them. */
  markets(): Promise<readonly Hash32[]>;
  /** Those in which the account had something when it was last looked at, perhaps by an earlier process: a loan that ended since must be read as ended. */
  remembered(account: Address): Promise<readonly Hash32[]>;
}

/**
 * Finds the markets of Morpho in which an account has something by asking: all of them when the account is first seen, and again
 * whenever it is asked for, in turns where that would be too many, so that a loan opened later is found too. A place once found is kept.
 */
export class MarketProbe {
  private readonly found = new Map<Address, Set<Hash32>>();
  private readonly seen = new Set<Address>();
  private readonly asked = new Set<string>();
  private turn = 0;

  constructor(private readonly client: ReadClient, private readonly morpho: Address, private readonly known: KnownMarkets) {}

  /** Where the accounts have something, in the order of the accounts. @throws ReadFailed */
  async of(accounts: readonly Address[], block: Pinned): Promise<readonly MorphoPlace[]> {
    const markets = await this.known.markets();
    for (const account of accounts.filter((one) => !this.seen.has(one))) {
      for (const marketId of await this.known.remembered(account)) this.keep({ account, marketId });
      this.seen.add(account);
    }
    const all = accounts.flatMap((account) => markets.map((marketId): MorphoPlace => ({ account, marketId })));
    const fresh = all.filter((place) => !this.asked.has(keyOf(place)));
    const repeated = this.nextTurn(all.filter((place) => this.asked.has(keyOf(place)) && !this.isFound(place)));
    const places = [...fresh, ...repeated];
    const answers = await this.client.multicall(block, places.map(({ account, marketId }) => callOf(this.morpho, morphoBlueAbi, 'position', [marketId, account])));
    places.forEach((place, index) => {
      if (decodeResult(morphoBlueAbi, 'position', position, answers[index])) this.keep(place);
      this.asked.add(keyOf(place));
    });
    return accounts.flatMap((account) => [...(this.found.get(account) ?? [])].map((marketId) => ({ account, marketId })));
  }

  /** A place that something else told of, an event or a stored position. */
  keep({ account, marketId }: MorphoPlace): void {
    this.found.set(account, (this.found.get(account) ?? new Set()).add(marketId));
  }

  private isFound({ account, marketId }: MorphoPlace): boolean {
    return this.found.get(account)?.has(marketId) === true;
  }

  private nextTurn(places: readonly MorphoPlace[]): readonly MorphoPlace[] {
    if (places.length <= REPEATED_AT_ONCE) return places;
    const from = this.turn % places.length;
    this.turn = from + REPEATED_AT_ONCE;
    return [...places.slice(from, from + REPEATED_AT_ONCE), ...places.slice(0, Math.max(0, from + REPEATED_AT_ONCE - places.length))];
  }
}

const keyOf = ({ account, marketId }: MorphoPlace): string => `${account} ${marketId}`;
