import { ZeroHash } from 'ethers';
import type { MandateMessage } from '../../src/index.js';
import type { Dice } from './dice.js';
import { fillerAbi, guardAbi, gwei, keepersInterface, poolAbi, SYMBOLS, tokenAbi, type Actor, type Field, type Move } from './field.js';
import { outFor, pathOf, type Room } from './honest.js';
import type { Holdings, Prices } from './holdings.js';
import type { Loan } from './owner.js';

/** What the thief sees and holds: the keeper's real key, a stranger's account with capital, and everything that was ever signed. */
export interface Loot {
  readonly field: Field;
  readonly dice: Dice;
  readonly keeper: Actor;
  readonly stranger: Actor;
  readonly honest: Actor;
  readonly loan: Loan;
  readonly seen: Holdings;
  readonly room: Room;
  /** The oracle's prices. */
  readonly prices: Prices;
  readonly now: number;
  /** Tip that the honest keeper offers: the thief's calls go before or after it as the thief likes. */
  readonly honestTip: bigint;
}

type Trick = (loot: Loot) => Omit<Move, 'tip'>[];

const guardCall = (by: Actor, field: Field, method: string, args: readonly unknown[], what: string) => ({ by, to: field.guard, data: guardAbi.encodeFunctionData(method, args), what });

/** Amounts of debt that a thief may like: the least, the most, odd ones, and those that end at the edges of the band. */
function someAmount({ dice, loan, seen, room }: Loot): bigint {
  const owed = seen.owed[loan.debt] ?? 0n;
  return dice.pick([1n, 2n, 3n, 1_000n, owed, owed + 1n, room.budgetLeft, room.budgetLeft + 1n, room.maxFill, room.maxRepay, owed * 2n, dice.part(owed, 0, 1), dice.part(owed, 0, 0.2), dice.part(owed, 0.1, 0.6)]);
}

/** Fills at the ceiling price, for what ends inside the band: the most that the rules give a thief. */
const greedyFill: Trick = (loot) => {
  const { field, dice, keeper, loan, seen, prices, now } = loot;
  const { mandate } = loan;
  const target = mandate.minHf + (dice.part(mandate.maxHf - mandate.minHf, 0, 1));
  const cost = BigInt(mandate.maxCostBps);
  const weighted = (seen.collateralValue * seen.threshold) / 10_000n;
  const below = target - (10n ** 18n * seen.threshold * (10_000n + cost)) / 10n ** 8n;
  const above = (target * seen.debtValue) / 10n ** 18n - weighted;
  const value = below > 0n && above > 0n ? (above * 10n ** 18n) / below : 1n;
  const amount = (value * 10n ** BigInt(field.reserve(loan.debt).decimals)) / prices[loan.debt] + 1n;
  return [guardCall(keeper, field, 'fill', [mandate, 0n, amount, outFor(field, loan, amount, prices, cost), now + 600], 'greedy fill')];
};

/** Through the filler, with no capital, keeping all that the sale brings above the loan. */
const fillerForProfit: Trick = (loot) => {
  const { field, dice, keeper, loan, prices, now } = loot;
  const amount = someAmount(loot);
  const out = outFor(field, loan, amount, prices, BigInt(loan.mandate.maxCostBps));
  const keeps = dice.pick([0n, dice.part(amount, 0, 0.1), amount]);
  const order = [loan.mandate, 0n, amount, out, now + 600, 0, field.market.chain.deployment.uniswap.swapRouter, pathOf(field, loan), keeps];
  const aim = [dice.part(loan.mandate.maxHf, 0.9, 1.1), dice.part(amount, 0, 2), dice.whole(0, 10_000), dice.whole(0, 600)];
  const data = dice.chance(0.5) ? fillerAbi.encodeFunctionData('fill', [order]) : fillerAbi.encodeFunctionData('fillTowards', [order, aim]);
  return [{ by: keeper, to: field.filler, data, what: 'fill through the filler for profit' }];
};

const oddFill: Trick = (loot) => {
  const { field, dice, keeper, loan, prices, now, room } = loot;
  const amount = someAmount(loot);
  const ceiling = outFor(field, loan, amount, prices, BigInt(loan.mandate.maxCostBps));
  const out = dice.pick([ceiling, ceiling + 1n, ceiling * 2n, room.maxOut, room.maxOut + 1n, 0n, dice.part(ceiling, 0.9, 1.1)]);
  return [guardCall(keeper, field, 'fill', [loan.mandate, 0n, amount, out, now + 600], 'odd fill')];
};

const twice: Trick = (loot) => {
  const [once] = greedyFill(loot);
  return once === undefined ? [] : [once, { ...once, what: 'the same fill again' }];
};

const walletAction: Trick = (loot) => {
  const { field, dice, keeper, loan, now, seen } = loot;
  const method = dice.pick(['repay', 'topUp']);
  const max = method === 'repay' ? someAmount(loot) : dice.part(seen.supplied[loan.collateral] ?? 0n, 0, 0.5);
  return [guardCall(keeper, field, method, [loan.mandate, 0n, max, now + 600], method)];
};

/** Every field of the mandate, altered alone. */
const alteredMandate: Trick = (loot) => {
  const { field, dice, keeper, loan, prices, now } = loot;
  const m = loan.mandate;
  const changes: readonly Partial<MandateMessage>[] = [
    { owner: keeper.address }, { collateral: field.reserve(dice.pick(SYMBOLS)).asset }, { debt: field.reserve(dice.pick(SYMBOLS)).asset }, { actions: 7 ^ Number(m.actions) },
    { triggerHf: m.triggerHf + 10n ** 17n }, { minHf: m.minHf - 1n }, { maxHf: m.maxHf + 10n ** 18n }, { maxCostBps: 500 - (Number(m.maxCostBps) % 2) + 1 },
    { fillPerDay: m.fillPerDay * 100n + 1n }, { keepers: field.market.keepersAddress }, { expiry: Number(m.expiry) + 1 }, { prev: ZeroHash },
  ];
  const altered = { ...m, ...dice.pick(changes) };
  const amount = someAmount(loot);
  return [guardCall(keeper, field, 'fill', [altered, 0n, amount, outFor(field, loan, amount, prices, 500n), now + 600], 'fill under an altered mandate')];
};

const oldDraft: Trick = ({ field, dice, keeper, loan, now }) => {
  const { mandate, signature } = dice.pick(loan.drafts);
  return [
    guardCall(keeper, field, 'activate', [mandate, signature], 'activate an old draft'),
    guardCall(keeper, field, 'fill', [mandate, 0n, 1_000_000n, 1n, now + 600], 'fill under an old draft'),
  ];
};

const straightToTheTokens: Trick = ({ field, dice, keeper, stranger, loan, seen }) => {
  const { asset, aToken } = field.reserve(loan.collateral);
  const by = dice.pick([keeper, stranger]);
  const supplied = seen.supplied[loan.collateral] ?? 0n;
  return [dice.pick([
    { by, to: aToken, data: tokenAbi.encodeFunctionData('transferFrom', [loan.owner.address, by.address, supplied / 2n]), what: 'take aTokens' },
    { by, to: asset, data: tokenAbi.encodeFunctionData('transferFrom', [loan.owner.address, by.address, 1n]), what: 'take from the wallet' },
    { by, to: field.pool, data: poolAbi.encodeFunctionData('borrow', [field.reserve(loan.debt).asset, 1_000_000n, 2, 0, loan.owner.address]), what: 'borrow in the name of the owner' },
  ])];
};

const otherKeepers: Trick = ({ field, dice, keeper, honest }) => [
  { by: keeper, to: field.keepers, data: keepersInterface.encodeFunctionData('remove', [dice.pick([honest.address, field.filler])]), what: 'remove another keeper' },
];

const removesItself: Trick = ({ field, keeper }) => [
  { by: keeper, to: field.keepers, data: keepersInterface.encodeFunctionData('remove', [keeper.address]), what: 'remove itself' },
];

const falseRevocation: Trick = ({ field, keeper, loan }) => [
  guardCall(keeper, field, 'revokeAllBySig', [loan.owner.address, loan.drafts[0]?.signature ?? '0x'], 'revoke with a signature over something else'),
];

/** Small gifts, which are meant to make the honest keeper's exact amounts wrong. */
const smallGifts: Trick = ({ field, dice, stranger, loan }) => {
  const { asset: debtAsset } = field.reserve(loan.debt);
  const other = field.reserve(dice.pick(SYMBOLS));
  const owner = loan.owner.address;
  return [dice.pick([
    { by: stranger, to: field.pool, data: poolAbi.encodeFunctionData('repay', [debtAsset, BigInt(dice.whole(2, 1_000)), 2, owner]), what: 'repay a little for the owner' },
    { by: stranger, to: field.pool, data: poolAbi.encodeFunctionData('supply', [other.asset, BigInt(dice.whole(1, 1_000)), owner, 0]), what: 'supply a little for the owner' },
    { by: stranger, to: debtAsset, data: tokenAbi.encodeFunctionData('transfer', [owner, BigInt(dice.whole(1, 5))]), what: 'give the wallet a little' },
    { by: stranger, to: debtAsset, data: tokenAbi.encodeFunctionData('transfer', [field.guard, BigInt(dice.whole(1, 5))]), what: 'give the guard a little' },
    { by: stranger, to: field.reserve(loan.collateral).asset, data: tokenAbi.encodeFunctionData('transfer', [field.guard, 1n]), what: 'give the guard collateral' },
  ])];
};

/** Takes all that a reserve can pay out, so that nobody can withdraw from it or borrow it for a block. */
const drainReserve: Trick = ({ field, stranger, loan, dice }) => {
  const { asset } = field.reserve(dice.pick([loan.collateral, loan.debt]));
  return [{ by: stranger, to: field.pool, data: poolAbi.encodeFunctionData('borrow', [asset, 10n ** BigInt(dice.whole(6, 23)), 2, 0, stranger.address]), what: 'drain a reserve' }];
};

const TRICKS: readonly (readonly [Trick, number])[] = [
  [greedyFill, 6], [oddFill, 4], [fillerForProfit, 3], [twice, 2], [walletAction, 3], [alteredMandate, 2], [oldDraft, 1], [straightToTheTokens, 1], [otherKeepers, 1], [removesItself, 0.3], [falseRevocation, 1], [smallGifts, 4], [drainReserve, 1],
];

/** The thief's next calls, each before or after the honest keeper's. */
export function thievery(loot: Loot): Move[] {
  const { dice, honestTip } = loot;
  const weighted = TRICKS.flatMap(([trick, weight]) => Array.from({ length: Math.ceil(weight * 4) }, () => trick));
  const moves = Array.from({ length: dice.whole(0, 5) }, () => dice.pick(weighted)(loot)).flat();
  // One account's calls keep their order, so its tips may only fall.
  const last = new Map<Actor, bigint>();
  return moves.map((move) => {
    const wished = dice.chance(0.6) ? honestTip + 20n * gwei : honestTip - gwei;
    const before = last.get(move.by);
    const tip = before !== undefined && before < wished ? before : wished;
    last.set(move.by, tip);
    return { ...move, tip };
  });
}
