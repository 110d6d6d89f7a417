import { z } from 'zod';
import { black76 as valueOnForward, blackScholes as valueOnSpot } from '@ballast/risk';
import { caseType, type Measured } from '../case-type.js';

const contract = { optionType: z.enum(['call', 'put']), strikeUsd: z.number(), timeToExpiryYears: z.number(), vol: z.number(), rate: z.number() };
const named = ({ value, ...greeks }: { readonly value: number }): Readonly<Record<string, Measured>> => ({ price: value, ...greeks });

export const blackScholes = caseType('blackScholes', z.strictObject({ ...contract, spotUsd: z.number(), carryYield: z.number() }), (given) =>
  named(valueOnSpot({ type: given.optionType, spot: given.spotUsd, strike: given.strikeUsd, years: given.timeToExpiryYears, volatility: given.vol, rate: given.rate, carryYield: given.carryYield })));

export const black76 = caseType('black76', z.strictObject({ ...contract, forwardUsd: z.number() }), (given) =>
  named(valueOnForward({ type: given.optionType, forward: given.forwardUsd, strike: given.strikeUsd, years: given.timeToExpiryYears, volatility: given.vol, rate: given.rate })));
