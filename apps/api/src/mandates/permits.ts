import { recoverPermitSigner } from '@ballast/execution/planner';
import { MANDATE_ACTIONS, PERMIT_MAX_SECONDS, type Mandate } from '@ballast/policy';
import type { PositionId } from '@ballast/positions';
import type { SignedPermit } from '@ballast/storage';
import { InvalidInput, address, rawAmount, type Address } from '@ballast/units';
import { MandateRefused } from '../problems/api-errors.js';
import { amountText, shownAddress } from '../views/text.js';
import type { Submission } from './submission.js';
import type { TokenFacts } from './token-facts.js';

type GivenPermit = NonNullable<Submission['permits']>[number];
/** Room over what the owner holds: receipt tokens grow between signing and handing in. */
const ROOM_PERCENT = 101n;

export interface PermitFacts {
  readonly mandate: Omit<Mandate, 'status'>;
  readonly positionId: PositionId;
  readonly tokens: readonly TokenFacts[];
  /** The receipt token of the mandate's collateral, where the protocol gives one. */
  readonly receiptToken: Address | null;
  /** Chain seconds. */
  readonly now: bigint;
}

/** The tokens that the mandate's actions draw on: no permit for another one is taken. */
export function tokensDrawnOn({ terms }: Pick<Mandate, 'terms'>, receiptToken: Address | null): readonly Address[] {
  return [
    ...((terms.actions & MANDATE_ACTIONS.REPAY) === 0 ? [] : [terms.debt]),
    ...((terms.actions & MANDATE_ACTIONS.TOP_UP) === 0 ? [] : [terms.collateral]),
    ...((terms.actions & MANDATE_ACTIONS.FILL) === 0 || receiptToken === null ? [] : [receiptToken]),
  ];
}

/**
 * The permits as they will be stored, each seen to be the owner's own, for the guard alone, finite and short. One whose allowance stands
 * already is left out, whoever brought it: handing in again after an answer was lost is no fault.
 * @throws MandateRefused at the first that is not
 */
export function readPermits(given: readonly GivenPermit[], facts: PermitFacts): SignedPermit[] {
  const named = given.map(({ token }) => address(token));
  if (new Set(named).size !== named.length) throw new MandateRefused('mandate-permit', 'two permits for one token', 'one permit a token');
  return given.flatMap((permit) => readPermit(permit, facts) ?? []);
}

function readPermit(given: GivenPermit, { mandate, positionId, tokens, receiptToken, now }: PermitFacts): SignedPermit | null {
  const refuse = (got: string, expected: string, sentence?: string): never => {
    throw new MandateRefused('mandate-permit', got, expected, sentence);
  };
  const token = address(given.token);
  const facts = tokens.find(({ asset }) => asset.address === token);
  const drawnOn = tokensDrawnOn(mandate, receiptToken);
  if (facts === undefined || !drawnOn.includes(token)) return refuse(`a permit for ${shownAddress(token)}`, `one for ${drawnOn.map(shownAddress).join(' or ')}`);
  if (facts.permit === null) return refuse(`a permit for ${facts.asset.symbol}`, 'a token that takes permits', `${facts.asset.symbol} takes no permits: approve it by a transaction.`);
  const [value, deadline] = [rawAmount(BigInt(given.value)), BigInt(given.deadline)];
  if (value > 0n && facts.allowance >= value) return null;
  const most = (facts.balance * ROOM_PERCENT) / 100n;
  if (value === 0n || value > most) return refuse(`${amountText(value, facts.asset)} ${facts.asset.symbol}`, `more than nothing and at most the ${amountText(facts.balance, facts.asset)} ${facts.asset.symbol} that are there`);
  if (deadline <= now || deadline > now + PERMIT_MAX_SECONDS) return refuse(`a permit until ${deadline}`, `chain seconds after ${now} and at most ${PERMIT_MAX_SECONDS} later`, 'A permit may run for 30 minutes at most and must not have ended: ask for a new draft and sign that.');
  const terms = { owner: mandate.terms.owner, spender: mandate.guard, value, nonce: facts.permit.nonce, deadline };
  const signature = given.signature.toLowerCase() as `0x${string}`;
  const signer = signerOf(() => recoverPermitSigner(facts.permit as NonNullable<TokenFacts['permit']>, terms, signature));
  if (signer !== terms.owner) return refuse(`a signature by ${shownAddress(signer)}`, `one by the owner ${shownAddress(terms.owner)} over this very permit to ${shownAddress(mandate.guard)} with nonce ${facts.permit.nonce}`);
  return { chainId: mandate.chainId, mandateHash: mandate.hash, positionId, token, ...terms, signature };
}

function signerOf(recover: () => Address): Address {
  try {
    return recover();
  } catch (error) {
    if (error instanceof InvalidInput) throw new MandateRefused('mandate-permit', error.given, error.expected);
    throw error;
  }
}
