import { freshAccounts, type DevAccount, type TokenSymbol } from '@ballast/devchain';
import { MANDATE_TYPES, mandateDomain, type MandateMessage } from '../../src/index.js';
import type { Dice } from './dice.js';
import { guardAbi, gwei, PAIRS, poolAbi, tokenAbi, type Actor, type Field, type Move } from './field.js';
import { holdingsOf, type Prices } from './holdings.js';

export interface Signed {
  readonly mandate: MandateMessage;
  readonly signature: string;
}

/** A loan with a live mandate, and everything that its owner ever signed. */
export interface Loan {
  readonly owner: Actor;
  readonly collateral: TokenSymbol;
  readonly debt: TokenSymbol;
  readonly mandate: MandateMessage;
  /** Mandates that were signed and never activated, and one that was replaced: all in the thief's hands. */
  readonly drafts: readonly Signed[];
}

const LIQUIDATION_THRESHOLD: Readonly<Record<string, number>> = { WETH: 0.825, WBTC: 0.78 };
const wad = (value: number): bigint => BigInt(Math.round(value * 1e6)) * 10n ** 12n;

/** Opens a loan of a random size, health, wallet and mandate inside the limits that the signing page offers. */
export async function openLoan(field: Field, dice: Dice, round: number, prices: Prices): Promise<Loan> {
  const { market } = field;
  const owner = await field.actor(freshAccounts(50_000 + round, 1)[0] as DevAccount, 'owner');
  const [collateral, debt] = dice.pick(PAIRS);
  const [c, d] = [field.reserve(collateral), field.reserve(debt)];
  const value = dice.between(3_000, 400_000);
  const trigger = dice.between(1.03, 1.2);
  const health = trigger + dice.between(0.02, 0.25);
  const units = (symbol: TokenSymbol, dollars: number): bigint => (BigInt(Math.round(dollars * 1e6)) * 10n ** BigInt(field.reserve(symbol).decimals + 2)) / prices[symbol];
  const supplied = units(collateral, value);
  // Aave lends up to a health of 0.78 / 0.73 = 1.07 on WBTC.
  const owed = units(debt, (value * (LIQUIDATION_THRESHOLD[collateral] ?? 0)) / Math.max(health, 1.08));

  await market.give(collateral, owner.address, supplied + units(collateral, value * dice.between(0, 0.2)));
  const send = (to: string, data: string, what: string): Move => ({ by: owner, to, data, what, tip: gwei });
  await succeed(field, [
    send(c.asset, tokenAbi.encodeFunctionData('approve', [field.pool, supplied]), 'approve'),
    send(field.pool, poolAbi.encodeFunctionData('supply', [c.asset, supplied, owner.address, 0]), 'supply'),
    send(field.pool, poolAbi.encodeFunctionData('borrow', [d.asset, owed, 2, 0, owner.address]), 'borrow'),
  ]);
  // The wallet keeps a part of what was borrowed, and lets the guard have a part of that.
  const kept = dice.chance(0.4) ? 0n : dice.part(owed, 0, 0.6);
  const some = (amount: bigint): bigint => (dice.chance(0.5) ? amount : dice.part(amount, 0, 1));
  await succeed(field, [
    send(d.asset, tokenAbi.encodeFunctionData('transfer', [market.chain.accounts.treasury.address, owed - kept]), 'spend'),
    send(d.asset, tokenAbi.encodeFunctionData('approve', [field.guard, some(kept)]), 'approve debt'),
    send(c.asset, tokenAbi.encodeFunctionData('approve', [field.guard, some(supplied / 10n)]), 'approve collateral'),
    send(c.aToken, tokenAbi.encodeFunctionData('approve', [field.guard, dice.chance(0.7) ? supplied : dice.part(supplied, 0, 1)]), 'approve aTokens'),
  ]);

  const terms = async (changes: Partial<MandateMessage> = {}): Promise<MandateMessage> => ({
    owner: owner.address, collateral: c.asset, debt: d.asset, actions: dice.pick([7, 7, 7, 6, 4]), triggerHf: wad(trigger), minHf: wad(trigger + 0.01),
    maxHf: wad(trigger + dice.between(0.06, 0.3)), maxCostBps: dice.whole(5, 300), fillPerDay: dice.part(owed, 0.2, 1.5), keepers: field.keepers,
    expiry: (await market.now()) + 180 * 86_400, prev: (await market.guard().getFunction('prevOf')(owner.address, c.asset, d.asset)) as string, ...changes,
  });
  const sign = async (mandate: MandateMessage): Promise<Signed> => ({
    mandate, signature: await owner.wallet.signTypedData(mandateDomain(market.chain.chainId, field.guard), MANDATE_TYPES, mandate),
  });
  const first = await sign(await terms({ maxCostBps: 500, fillPerDay: owed * 10n }));
  const rival = await sign(await terms({ maxCostBps: 500, triggerHf: wad(1.5), minHf: wad(1.51), maxHf: wad(3) }));
  await succeed(field, [send(field.guard, guardAbi.encodeFunctionData('activate', [first.mandate, first.signature]), 'activate the first')]);
  const live = await sign(await terms());
  await succeed(field, [send(field.guard, guardAbi.encodeFunctionData('activate', [live.mandate, live.signature]), 'activate')]);
  return { owner, collateral, debt, mandate: live.mandate, drafts: [first, rival] };
}

export async function succeed(field: Field, moves: readonly Move[]): Promise<void> {
  for (const move of await field.block(moves)) {
    if (!move.succeeded) throw new Error(`${move.by.name}, ${move.what}: expected success, got ${move.refusal}`);
  }
}

/** Prices at which the loan's health is about `health`, by moving its collateral alone. */
export async function priceForHealth(field: Field, loan: Loan, prices: Prices, health: number): Promise<bigint> {
  const now = await holdingsOf(field, loan.owner.address);
  return (prices[loan.collateral] * wad(health)) / now.healthFactor;
}
