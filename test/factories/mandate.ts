import { bps, chainId, hash32, rawAmount, wad } from '@ballast/units';
import { MANDATE_ACTIONS, ON_AAVE, type Mandate, type MandateTerms } from '@ballast/policy';
import { BLOCK_TIME, OWNER, USDC, WETH, anAddress } from './lending-position.js';

/** REPAY and TOP_UP for WETH against USDC: acts below 1.19, ends between 1.20 and 1.49, for 180 days from the made block time. */
export function mandateTerms(given: Partial<MandateTerms> = {}): MandateTerms {
  return {
    owner: OWNER, collateral: WETH.address, debt: USDC.address,
    actions: MANDATE_ACTIONS.REPAY | MANDATE_ACTIONS.TOP_UP,
    triggerHf: wad(1_190_000_000_000_000_000n), minHf: wad(1_200_000_000_000_000_000n), maxHf: wad(1_490_000_000_000_000_000n),
    maxCostBps: bps(0n), fillPerDay: rawAmount(0n), keepers: anAddress(0x5e7), expiry: BLOCK_TIME + 180n * 86_400n, prev: hash32(`0x${'0'.repeat(64)}`),
    ...given,
  };
}

/** An active mandate of the made terms. Hash and signature are made up: nothing here verifies them. */
export function aMandate(given: Partial<Omit<Mandate, 'terms'>> & { readonly terms?: Partial<MandateTerms> } = {}): Mandate {
  return {
    hash: hash32(`0x${'a'.repeat(64)}`), chainId: chainId(31337), guard: anAddress(0x6a), place: ON_AAVE, signature: `0x${'2'.repeat(130)}`, status: 'active',
    ...given, terms: mandateTerms(given.terms),
  };
}
