import type { z } from 'zod';
import type { BlockRef, Call, CallResult, ChainBook, ReadClient } from '@ballast/connectors';
import { encodeApprove } from '@ballast/execution/planner';
import { formatHealth, formatTokenAmount, parseDecimal, rawAmount, wad, WAD, type Address, type Wad } from '@ballast/units';
import type { Asset } from '@ballast/positions';
import type * as contract from '../contract/schemas.js';
import { MoveRefused } from '../problems/api-errors.js';
import { safeView, type NamedCall, type SafeAccount } from '../mandates/safe-account.js';
import { healthText, shownAddress } from '../views/text.js';
import type { Venue } from './venues.js';

export type MoveRequest = z.infer<typeof contract.moveRequest>;
export type MoveView = z.infer<typeof contract.move>;

/** The donor must keep this much health where nothing else is asked for. */
const USUAL_FLOOR = '1.50';

export interface MoveParts {
  readonly donor: Venue;
  readonly recipient: Venue;
  readonly asset: Asset;
  readonly block: BlockRef;
  readonly safe: SafeAccount | null;
}

/** Healths of both sides before the batch and after it, as the protocols themselves give them in one simulated block. */
export interface MoveHealths {
  readonly donor: { readonly before: Wad | null; readonly after: Wad | null };
  readonly recipient: { readonly before: Wad | null; readonly after: Wad | null };
}

/** What the owner would make: out of the donor, exactly that much approved to the recipient's protocol, into the recipient. */
export function moveCalls({ donor, recipient, asset }: Pick<MoveParts, 'donor' | 'recipient' | 'asset'>, amount: bigint): readonly NamedCall[] {
  const words = formatTokenAmount(amount, asset.decimals, { symbol: asset.symbol, rounding: 'up' });
  return [
    { ...donor.withdraw(amount), what: `Take ${words} out of ${donor.name}` },
    { to: asset.address, data: encodeApprove(recipient.contract, amount), what: `Approve exactly ${words} to ${recipient.name}` },
    { ...recipient.supply(amount), what: `Add ${words} as collateral at ${recipient.name}` },
  ];
}

/** Makes the calls on a copy of the chain and asks both protocols for the health before and after. @throws MoveRefused when a call fails there */
export async function simulateMove(client: ReadClient, { donor, recipient, block }: MoveParts, calls: readonly NamedCall[]): Promise<MoveHealths> {
  const views: readonly Call[] = [...donor.healthCalls, ...recipient.healthCalls];
  const results = await client.simulate(block, donor.account, [...views, ...calls, ...views]);
  const failed = results.slice(views.length, views.length + calls.length).findIndex(({ kind }) => kind === 'reverted');
  if (failed !== -1) throw new MoveRefused('move-fails', calls[failed]?.what ?? 'a call', 'calls that the protocols take now', `This would fail: “${calls[failed]?.what}” is refused by the protocol now.`);
  const healthsIn = (answers: readonly CallResult[]) => ({ donor: donor.health(answers.slice(0, donor.healthCalls.length)), recipient: recipient.health(answers.slice(donor.healthCalls.length)) });
  const [before, after] = [healthsIn(results.slice(0, views.length)), healthsIn(results.slice(views.length + calls.length))];
  return { donor: { before: before.donor, after: after.donor }, recipient: { before: before.recipient, after: after.recipient } };
}

/** @throws MoveRefused where the donor would end under the floor, or the recipient is not helped */
export function checkMove({ donor, recipient }: MoveHealths, floor: Wad): void {
  if (donor.after !== null && donor.after < floor) {
    throw new MoveRefused('move-endangers-donor', healthText(donor.after) ?? '', healthText(floor) ?? '', `The position that gives would end at health ${formatHealth(donor.after)}, under the ${formatHealth(floor)} that it must keep: move less.`);
  }
  if (recipient.before === null) throw new MoveRefused('move-not-needed', 'a position without debt', 'a position in danger', 'The position that receives owes nothing: it needs no collateral.');
  if (recipient.after !== null && recipient.after <= recipient.before) throw new MoveRefused('move-does-not-help', healthText(recipient.after) ?? '', `more than ${healthText(recipient.before)}`, 'The collateral would not count at the position that receives.');
}

/** The batch for the owner to sign, in every form a wallet may want. @throws MoveRefused */
export async function prepareMove(client: ReadClient, book: ChainBook, request: Pick<MoveRequest, 'amount' | 'keepHealth'>, parts: MoveParts): Promise<MoveView> {
  const { donor, recipient, asset, block, safe } = parts;
  if (donor.token !== asset.address || recipient.token !== asset.address) throw new MoveRefused('move-asset', shownAddress(recipient.token), shownAddress(asset.address), 'Both sides must take the same token as collateral.');
  if (donor.contract === recipient.contract && donor.account === recipient.account && donor.name !== 'Morpho') throw new MoveRefused('move-asset', 'one position on both sides', 'two positions');
  const amount = rawAmount(parseDecimal(request.amount, asset.decimals));
  if (amount === 0n) throw new MoveRefused('move-amount', request.amount, 'an amount above 0');
  const floor = wad(parseDecimal(request.keepHealth ?? USUAL_FLOOR, 18));
  if (floor <= WAD) throw new MoveRefused('move-floor', request.keepHealth ?? '', 'a health above 1');
  const calls = moveCalls(parts, amount);
  const healths = await simulateMove(client, parts, calls);
  checkMove(healths, floor);
  const plain = calls.map(({ to, data, what }) => ({ to: shownAddress(to), data, value: '0x0' as const, what }));
  return {
    sentence: sentenceOf(parts, amount, healths), asset: { address: shownAddress(asset.address), symbol: asset.symbol, decimals: asset.decimals }, amount: request.amount, keepHealth: healthText(floor) ?? '', blockNumber: block.number.toString(),
    donor: sideView(donor, healths.donor), recipient: sideView(recipient, healths.recipient), calls: plain,
    walletSendCalls: { version: '2.0.0', chainId: `0x${client.chainId.toString(16)}`, from: shownAddress(donor.account), atomicRequired: true, calls: plain.map(({ to, data, value }) => ({ to, data, value })) },
    safe: safe === null ? null : safeView(client.chainId, safe, book, calls),
  };
}

const sideView = ({ name, account }: Venue, { before, after }: { before: Wad | null; after: Wad | null }): MoveView['donor'] => ({ venue: name, account: shownAddress(account), healthBefore: healthText(before), healthAfter: healthText(after) });

function sentenceOf({ donor, recipient, asset }: MoveParts, amount: bigint, healths: MoveHealths): string {
  const words = formatTokenAmount(amount, asset.decimals, { symbol: asset.symbol });
  const change = ({ before, after }: { before: Wad | null; after: Wad | null }): string => (before === null ? 'which owes nothing' : `health ${formatHealth(before)} → ${formatHealth(after)}`);
  return `Moves ${words} from ${donor.name} (${change(healths.donor)}) to ${recipient.name} (${change(healths.recipient)}).`;
}

/** The token as the address book names it. @throws MoveRefused for one that it does not name */
export function assetOf(book: Pick<ChainBook, 'tokens'>, chainId: Asset['chainId'], token: Address): Asset {
  const known = book.tokens.find(({ address }) => address === token);
  if (known === undefined) throw new MoveRefused('move-asset', shownAddress(token), 'a token of the address book');
  return { ...known, chainId };
}
