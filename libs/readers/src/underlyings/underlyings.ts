import { callOf, decodeAs, stakedEtherAbi, type CallResult, type ChainBook, type Pinned, type ReadClient } from '@ballast/connectors';
import { UNDERLYINGS, tokenKey, type RateRule, type TokenRate, type Underlying } from '@ballast/positions';
import { WAD, type Address } from '@ballast/units';
import { z } from 'zod';

const uint = z.tuple([z.bigint()]);
/** A claim on staked ether began at one and has grown by some per cent a year since; outside of this a rate is no rate. */
const [LEAST, MOST] = [WAD / 2n, 3n * WAD];

interface Known {
  readonly underlying: Underlying;
  readonly rate: RateRule;
}

/** Reads what one token is in its underlying. Only tokens that the address book names have one; of others the symbol proves nothing. */
export class Underlyings {
  private readonly known = new Map<Address, Known>();

  constructor(private readonly client: ReadClient, book: ChainBook) {
    for (const { address, symbol } of book.tokens) {
      const rule = UNDERLYINGS.get(symbol);
      if (rule !== undefined) this.known.set(address, rule);
    }
  }

  /**
   * Every token's rate at `block`, by `tokenKey`. A token that does not tell its rate, as on chains to which it was only bridged, or tells one that cannot be, has `no-rate`.
   * @throws ReadFailed when the request fails
   */
  async read(tokens: readonly Address[], block: Pinned): Promise<ReadonlyMap<string, TokenRate>> {
    const asked = [...new Set(tokens)].filter((token) => this.viewOf(token) !== null);
    const answers = await this.client.multicall(block, asked.map((token) => callOf(token, stakedEtherAbi, this.viewOf(token) as string)));
    const told = new Map(asked.map((token, index) => [token, answers[index]]));
    return new Map(tokens.map((token) => [tokenKey({ chainId: this.client.chainId, address: token }), this.rateOf(token, told.get(token))]));
  }

  private viewOf(token: Address): string | null {
    const rate = this.known.get(token)?.rate ?? 'one-for-one';
    return rate === 'one-for-one' ? null : rate;
  }

  private rateOf(token: Address, answer: CallResult | undefined): TokenRate {
    const known = this.known.get(token);
    if (known === undefined) return { kind: 'own' };
    const { underlying, rate } = known;
    if (rate === 'one-for-one') return { kind: 'rate', underlying, rateE18: WAD };
    if (answer?.kind !== 'ok' || answer.data === '0x') return { kind: 'no-rate', underlying };
    const [rateE18] = decodeAs(stakedEtherAbi, rate, uint, answer.data);
    return rateE18 >= LEAST && rateE18 <= MOST ? { kind: 'rate', underlying, rateE18 } : { kind: 'no-rate', underlying };
  }
}
