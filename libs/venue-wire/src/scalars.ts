import { clientOrderId, instrumentId, partsOfInstrument, partsOfVenueAccount, partsOfVenuePosition, venueAccountId, DERIVATIVES_VENUES, VENUE_ENVIRONMENTS, type ClientOrderId, type InstrumentId, type Reading, type VenueAccountId, type VenuePositionId } from '@ballast/positions';
import { address as toAddress, BallastError, chainId as toChainId, type Bps, type CoinE18, type ContractsE18, type SettlementE18, type SignedUsdE8, type SignedWad, type UsdE8, type Wad } from '@ballast/units';
import { z } from 'zod';
import { shapeOf } from './shape.js';

/** Whole numbers as decimal text; no venue and no coin needs more digits. */
const whole = z.string().regex(/^\d{1,60}$/, 'decimal digits');
const signed = z.string().regex(/^-?\d{1,60}$/, 'decimal digits, with a minus where it is below zero');

export const wholeNumber = whole.transform(BigInt);
export const wad = whole.transform((text) => BigInt(text) as Wad);
export const bps = whole.transform((text) => BigInt(text) as Bps);
export const usdE8 = whole.transform((text) => BigInt(text) as UsdE8);
export const signedUsdE8 = signed.transform((text) => BigInt(text) as SignedUsdE8);
export const signedWad = signed.transform((text) => BigInt(text) as SignedWad);
export const coinE18 = signed.transform((text) => BigInt(text) as CoinE18);
export const contractsE18 = signed.transform((text) => BigInt(text) as ContractsE18);
export const settlementE18 = signed.transform((text) => BigInt(text) as SettlementE18);

/** Milliseconds since 1970. */
export const time = z.number().min(0).max(Number.MAX_SAFE_INTEGER);
export const seconds = z.number().int().min(0);
export const name = z.string().min(1).max(200);
/** A sentence for people. */
export const words = z.string().max(2_000);

/** Text that a checking constructor takes; what it would throw becomes a problem of the field. */
const checked = <T>(make: (text: string) => T, expected: string) =>
  z.string().max(300).transform((text, context): T => {
    try {
      return make(text);
    } catch (error) {
      if (!(error instanceof BallastError)) throw error;
      context.addIssue({ code: 'custom', message: expected });
      return z.NEVER;
    }
  });

export const environment = z.enum(VENUE_ENVIRONMENTS);
export const venue = z.enum(DERIVATIVES_VENUES);
export const underlying = z.enum(['ETH', 'BTC', 'USD']);
export const account = checked<VenueAccountId>((text) => { const { name: of, ...place } = partsOfVenueAccount(text as VenueAccountId); return venueAccountId(place, of); }, '<paper or live>:<venue>:account:<name>');
export const instrument = checked<InstrumentId>((text) => { const { symbol, ...place } = partsOfInstrument(text as InstrumentId); return instrumentId(place, symbol); }, '<paper or live>:<venue>:instrument:<symbol>');
export const position = checked<VenuePositionId>((text) => { partsOfVenuePosition(text as VenuePositionId); return text as VenuePositionId; }, '<account id>:<symbol>');
export const clientId = checked<ClientOrderId>(clientOrderId, '32 hex digits in lower case');
export const address = checked(toAddress, '0x and 40 hex digits');
export const chainId = z.number().int().positive().max(Number.MAX_SAFE_INTEGER).transform(toChainId);

const readingVariants = <S extends z.ZodType>(value: S) => [
  z.object({ kind: z.literal('known'), value, at: time }), z.object({ kind: z.literal('stale'), value, at: time }), z.object({ kind: z.literal('unknown'), why: words }),
] as const;
/** A fact as a venue tells it, of any value that has a shape. */
export const reading = <T>(value: z.ZodType<T>): z.ZodType<Reading<T>> => z.discriminatedUnion('kind', readingVariants(value)) as unknown as z.ZodType<Reading<T>>;
// The compiler cannot check that for every T at once; it does for one.
shapeOf<Reading<Wad>>()(z.discriminatedUnion('kind', readingVariants(wad)));
