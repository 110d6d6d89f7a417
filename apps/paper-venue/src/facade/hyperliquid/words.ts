import { E12, mulDivFloor, type Market, type RefusalCode } from '../../kernel/index.js';
import { decimalOf } from '../wire-numbers.js';

/** Why an order or a cancel was turned down, in the venue's words; those that are not known stand in KNOWN_DIFFERENCES.md. */
export function wordsOf(code: RefusalCode, message: string, asset: number, market?: Market): string {
  switch (code) {
    case 'bad-tick':
      return `Price must be divisible by tick size. asset=${asset}`;
    case 'bad-lot':
      return `Order has invalid size. asset=${asset}`;
    case 'bad-size':
      return `Order has zero size. asset=${asset}`;
    case 'below-min-notional':
      return `Order must have minimum value of $10. asset=${asset}`;
    case 'outside-price-band':
      return `Order price cannot be more than ${market === undefined ? '80' : mulDivFloor(market.instrument.priceBandE12, 100n, E12)}% away from the reference price. asset=${asset}`;
    case 'not-enough-margin':
      return `Insufficient margin to place order. asset=${asset}`;
    case 'reduce-only-would-grow':
    case 'reduce-only-refused':
      return `Reduce only order would increase position. asset=${asset}`;
    case 'post-only-would-cross':
      return `Post only order would have immediately matched, bbo was ${bestOf(market)}. asset=${asset}`;
    case 'nothing-to-match':
      return `Order could not immediately match against any resting orders. asset=${asset}`;
    case 'unknown-order':
      return `Order was never placed, already canceled, or filled. asset=${asset}`;
    case 'duplicate-client-id':
      return `Order has a duplicate client order id. asset=${asset}`;
    case 'halted':
      return `Trading is halted. asset=${asset}`;
    case 'bad-leverage':
      return 'Invalid leverage value';
    case 'not-isolated':
      return `No isolated position. asset=${asset}`;
    case 'unknown-instrument':
    case 'unknown-account':
    case 'wrong-currency':
    case 'key-revoked':
      return message;
  }
}

export const UNKNOWN_SIGNER = (signer: string): string => `User or API Wallet ${signer} does not exist.`;

const bestOf = (market: Market | undefined): string => {
  const [bid, ask] = [market?.book.bids[0], market?.book.asks[0]];
  return `${bid === undefined ? 'none' : decimalOf(bid.priceE8)}@${ask === undefined ? 'none' : decimalOf(ask.priceE8)}`;
};
