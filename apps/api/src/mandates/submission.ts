import type { z } from 'zod';
import type { ChainBook } from '@ballast/connectors';
import { mandateHash, recoverMandateSigner, type Signable } from '@ballast/execution/planner';
import { MANDATE_ACTIONS, type Mandate, type MandatePlace, type MandateTerms } from '@ballast/policy';
import { InvalidInput, WAD, address, bps, hash32, rawAmount, wad, type Address, type ChainId } from '@ballast/units';
import type * as contract from '../contract/schemas.js';
import { ForeignAccount, MandateRefused } from '../problems/api-errors.js';
import { NO_SIGNATURE } from '../views/mandate-view.js';
import { shownAddress } from '../views/text.js';
import { fillDeviation, guardAt } from './guards.js';

export type Submission = z.infer<typeof contract.mandateSubmission>;

const DAY = 86_400n;
const LONGEST_DAYS = 366n;
const UINT64 = 1n << 64n;
const UINT128 = 1n << 128n;
const MOST_COST_BPS = 500n;

export interface SubmissionFacts {
  readonly chainId: ChainId;
  readonly book: ChainBook;
  /** Of the loan that it is for. */
  readonly place: MandatePlace;
  /** Who is signed in: the owner, or one of the owners of the contract wallet that is. */
  readonly session: Address;
  /** Set where the session's address is one of the owners of that wallet, as the chain has it. */
  readonly actsFor?: Address | null;
  /** Chain seconds. */
  readonly now: bigint;
}

export function termsOf(terms: Submission['terms']): MandateTerms {
  return {
    owner: address(terms.owner), collateral: address(terms.collateral), debt: address(terms.debt), actions: terms.actions,
    triggerHf: wad(BigInt(terms.triggerHf)), minHf: wad(BigInt(terms.minHf)), maxHf: wad(BigInt(terms.maxHf)),
    maxCostBps: bps(BigInt(terms.maxCostBps)), fillPerDay: rawAmount(BigInt(terms.fillPerDay)), keepers: address(terms.keepers),
    expiry: BigInt(terms.expiry), prev: hash32(terms.prev),
  };
}

/** What the guard would refuse at activation, found before anything is stored. @throws MandateRefused */
function checkTerms(terms: MandateTerms, { book, place, now }: SubmissionFacts): void {
  const { keepers } = book.ballast;
  const known = MANDATE_ACTIONS.REPAY | MANDATE_ACTIONS.TOP_UP | MANDATE_ACTIONS.FILL;
  const fills = (terms.actions & MANDATE_ACTIONS.FILL) !== 0;
  if (terms.keepers !== keepers) throw new MandateRefused('mandate-keepers', shownAddress(terms.keepers), `the published keepers ${shownAddress(keepers)}`);
  if ((terms.actions & ~known) !== 0 || (terms.actions & known) === 0) throw new MandateRefused('mandate-actions', String(terms.actions), '2 (repay), 4 (sell collateral), or those with 1 (add collateral)');
  if (terms.actions === MANDATE_ACTIONS.TOP_UP) throw new MandateRefused('mandate-actions', '1', '3, 5 or 7: adding collateral is never offered alone');
  if (fills && fillDeviation(book, place, terms) === null) throw new MandateRefused('mandate-actions', String(terms.actions), 'no sale of collateral for a pair without pinned prices', 'Selling this collateral is not offered for this pair: the contract has no prices for it.');
  if (fills && (terms.maxCostBps === 0n || terms.fillPerDay === 0n)) throw new MandateRefused('mandate-cost', `${terms.maxCostBps} bps, ${terms.fillPerDay} a day`, 'a cost and an amount a day above 0 where collateral may be sold');
  if (terms.collateral === terms.debt) throw new MandateRefused('mandate-pair', shownAddress(terms.debt), 'two different assets');
  if (!(WAD < terms.triggerHf && terms.triggerHf < terms.minHf && terms.minHf < terms.maxHf && terms.maxHf < UINT64)) {
    throw new MandateRefused('mandate-band', `${terms.triggerHf}, ${terms.minHf}, ${terms.maxHf}`, 'triggerHf above 1e18, then minHf, then maxHf, each above the one before and under 2^64');
  }
  if (terms.maxCostBps > MOST_COST_BPS || terms.fillPerDay >= UINT128) throw new MandateRefused('mandate-cost', `${terms.maxCostBps} bps, ${terms.fillPerDay} a day`, 'at most 500 bps, and a day limit under 2^128');
  if (terms.expiry <= now || terms.expiry > now + LONGEST_DAYS * DAY) throw new MandateRefused('mandate-expiry', String(terms.expiry), `chain seconds after ${now} and within ${LONGEST_DAYS} days of it`);
}

/**
 * The mandate as it will be stored, once everything that can be checked without the chain holds.
 * @throws ForeignAccount when the session is not the owner's
 * @throws MandateRefused when a term or the signature does not hold
 */
export function readSubmission(submission: Submission, facts: SubmissionFacts): Mandate {
  const terms = termsOf(submission.terms);
  if (terms.owner !== facts.session && (submission.via !== 'set' || terms.owner !== facts.actsFor)) throw new ForeignAccount('foreign-mandate', shownAddress(facts.session), shownAddress(terms.owner));
  if (submission.chainId !== facts.chainId) throw new MandateRefused('mandate-chain', `chain ${submission.chainId}`, `chain ${facts.chainId}`);
  checkTerms(terms, facts);
  const { place } = facts;
  const guard = guardAt(facts.book, place);
  const made = { hash: mandateHash(facts.chainId, guard, { place, terms }), chainId: facts.chainId, guard, place, terms, status: 'signed' as const };
  if (submission.via === 'set') return { ...made, signature: NO_SIGNATURE };
  if (submission.signature === undefined) throw new MandateRefused('mandate-signature', 'no signature', 'one by the owner over these terms, or `via` set');
  const signature = submission.signature.toLowerCase() as `0x${string}`;
  const signer = signerOf(facts.chainId, guard, { place, terms }, signature);
  if (signer !== terms.owner) throw new MandateRefused('mandate-signature', `a signature by ${shownAddress(signer)}`, `one by the owner ${shownAddress(terms.owner)} over these very terms`);
  return { ...made, signature };
}

function signerOf(chainId: ChainId, guard: Address, form: Signable, signature: string): Address {
  try {
    return recoverMandateSigner(chainId, guard, form, signature);
  } catch (error) {
    if (error instanceof InvalidInput) throw new MandateRefused('mandate-signature', error.given, error.expected);
    throw error;
  }
}
