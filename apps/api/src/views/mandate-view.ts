import type { z } from 'zod';
import type { ChainBook } from '@ballast/connectors';
import { partsOf, type Asset } from '@ballast/positions';
import { mandateSentence, type MandateTerms } from '@ballast/policy';
import type { MandateRecord } from '@ballast/storage';
import { shortAddress, type Address, type ChainId } from '@ballast/units';
import type * as contract from '../contract/schemas.js';
import { isoOrNull, shownAddress } from './text.js';

/** Stands for the signature of a mandate that its owner puts in force by a transaction of his own. */
export const NO_SIGNATURE = '0x';

export type MandateView = z.infer<typeof contract.mandate>;

/** The token as the address book names it; a token that it does not name is shown by its address and counted in its own units. */
export function tokenOf(book: Pick<ChainBook, 'tokens'>, chainId: ChainId, token: Address): Asset {
  const known = book.tokens.find(({ address }) => address === token);
  return { chainId, address: token, symbol: known?.symbol ?? shortAddress(token), decimals: known?.decimals ?? 0 };
}

/** The terms with the loan's two tokens, whatever the signed form names it by. */
export const termsView = (terms: MandateTerms): MandateView['terms'] => ({
  owner: shownAddress(terms.owner), collateral: shownAddress(terms.collateral), debt: shownAddress(terms.debt), actions: terms.actions,
  triggerHf: terms.triggerHf.toString(), minHf: terms.minHf.toString(), maxHf: terms.maxHf.toString(), maxCostBps: Number(terms.maxCostBps),
  fillPerDay: terms.fillPerDay.toString(), keepers: shownAddress(terms.keepers), expiry: Number(terms.expiry), prev: terms.prev,
});

export function mandateView(record: MandateRecord, book: Pick<ChainBook, 'tokens'>): MandateView {
  const { terms } = record;
  const { protocol } = partsOf(record.positionId);
  return {
    hash: record.hash, chainId: record.chainId, guard: shownAddress(record.guard), protocol, terms: termsView(terms),
    status: record.status, statusReason: record.statusReason, via: record.signature === NO_SIGNATURE ? 'set' : 'signature',
    sentence: mandateSentence(terms, { collateral: tokenOf(book, record.chainId, terms.collateral), debt: tokenOf(book, record.chainId, terms.debt) }, protocol),
    createdAt: record.createdAt.toISOString(), activatedAt: isoOrNull(record.activatedAt), positionId: record.positionId,
  };
}
