import { shortAddress } from '../src/wallet/checksum.js';
import { addressWord, encode, encodeWithBytes, isAddress, isHash, same } from './abi.js';
import { allowanceOf, dropApprovalCall, dropAuthorisationCall, type ApprovalRow, type AuthorisationRow } from './approvals.js';
import type { Inspection } from './inspection.js';
import { epochOf, isKnown, selectorOf, type Guard, type KnownGuard } from './guards.js';
import { revokeCall, subjectKey, type MandateRow } from './mandates.js';
import { authorisationCall, permitCall, type PermitRow } from './permits.js';
import { PageProblem } from './problem.js';
import type { PreparedCall } from './send.js';
import { tokenAmount } from './words.js';

/** The calls that this page sends, each with what it says in words and how it is seen to be done. */

export const nameOf = (guard: Guard): string => `${guard.kind?.contract ?? 'the contract'} ${shortAddress(guard.address)}`;

export function revokeOne(inspection: Inspection, row: MandateRow): PreparedCall {
  const name = inspection.nameOf(row);
  const market = 'marketId' in row.about;
  const fields = 'marketId' in row.about ? ([['marketId', row.about.marketId]] as const) : ([['collateral', row.about.collateral], ['debt', row.about.debt]] as const);
  return {
    title: `Revoke the mandate for ${name}`, to: row.guard.address, toName: nameOf(row.guard), signature: market ? 'revoke(bytes32 marketId)' : 'revoke(address collateral, address debt)',
    fields, data: revokeCall(row.guard, row.about), byAnyone: false,
    effect: 'Ends this mandate, and every other one that you signed for it and that nobody activated yet.',
    settled: async () => {
      await inspection.reread();
      const now = inspection.mandates.find((other) => same(other.guard.address, row.guard.address) && subjectKey(other.about) === subjectKey(row.about));
      return now?.state === 'ended' ? { done: true, sentence: `The mandate for ${name} is ended.` } : unsettled(inspection, `The mandate for ${name} is still ${now?.state ?? 'unknown'}.`);
    },
  };
}

const unsettled = (inspection: Inspection, sentence: string): { done: boolean; sentence: string } =>
  ({ done: false, sentence: inspection.problem === null ? sentence : `The chain could not be read again: ${inspection.problem}` });

/** Whether an owner's epoch is another one than before: what `revokeAll` changes. */
async function epochMoved(inspection: Inspection, guard: KnownGuard, owner: string, before: string): Promise<{ done: boolean; sentence: string }> {
  await inspection.reread();
  const after = await epochOf(inspection.chain, guard, owner);
  if (same(after, before)) return { done: false, sentence: 'The guard still counts your mandates as before.' };
  return { done: true, sentence: `Every mandate of ${shortAddress(owner)} at ${nameOf(guard)} is ended, also those that were only signed.` };
}

export async function revokeAll(inspection: Inspection, guard: KnownGuard): Promise<PreparedCall> {
  const before = await epochOf(inspection.chain, guard, inspection.owner);
  return {
    title: `Revoke everything at ${guard.kind.contract}`, to: guard.address, toName: nameOf(guard), signature: 'revokeAll()', fields: [], data: encode(selectorOf(guard.kind, 'revokeAll')), byAnyone: false,
    effect: 'Ends every mandate of your account at this guard, for every loan, also those that you signed and nobody activated yet.',
    settled: () => epochMoved(inspection, guard, inspection.owner, before),
  };
}

/** A signed revocation as it is handed to somebody else. */
export interface SignedRevocation {
  readonly chainId: number;
  readonly guard: string;
  readonly owner: string;
  readonly epoch: string;
  readonly signature: string;
}

/** @throws PageProblem that says which part is wrong */
export function readRevocation(text: string): SignedRevocation {
  let given: Partial<Record<keyof SignedRevocation, unknown>>;
  try {
    given = JSON.parse(text) as typeof given;
  } catch {
    throw new PageProblem('INPUT_INVALID', 'What you pasted is not JSON.');
  }
  const wrong = (field: string, expected: string): PageProblem => new PageProblem('INPUT_INVALID', `The revocation’s ${field} is ${JSON.stringify(given?.[field as keyof SignedRevocation]) ?? 'missing'}; expected ${expected}.`);
  const { chainId, guard, owner, epoch, signature } = given ?? {};
  if (typeof chainId !== 'number' || !Number.isInteger(chainId)) throw wrong('chainId', 'a number');
  if (typeof guard !== 'string' || !isAddress(guard)) throw wrong('guard', 'an address');
  if (typeof owner !== 'string' || !isAddress(owner)) throw wrong('owner', 'an address');
  if (typeof epoch !== 'string' || !isHash(epoch)) throw wrong('epoch', '32 bytes in hex');
  if (typeof signature !== 'string' || !/^0x[0-9a-fA-F]{130}$/.test(signature)) throw wrong('signature', '65 bytes in hex');
  return { chainId, guard, owner, epoch, signature };
}

/** @throws PageProblem when the revocation is for another chain, another guard, or was used up */
export async function bringRevocation(inspection: Inspection, revocation: SignedRevocation): Promise<PreparedCall> {
  if (revocation.chainId !== inspection.chainId) throw new PageProblem('WRONG_CHAIN', `This revocation is for chain ${revocation.chainId}; the page looks at chain ${inspection.chainId}.`);
  const guard = inspection.guards.filter(isKnown).find(({ address }) => same(address, revocation.guard));
  if (guard === undefined) throw new PageProblem('INPUT_INVALID', `This revocation is for the guard ${revocation.guard}, which is not among those above, or is not one of ours.`);
  const before = await epochOf(inspection.chain, guard, revocation.owner);
  if (!same(before, revocation.epoch)) throw new PageProblem('INPUT_INVALID', 'This revocation was used already, or its owner has revoked everything since: it has no effect any more.');
  return {
    title: `Bring the revocation of ${shortAddress(revocation.owner)}`, to: guard.address, toName: nameOf(guard), signature: 'revokeAllBySig(address owner, bytes signature)',
    fields: [['owner', revocation.owner], ['signature', revocation.signature]],
    data: encodeWithBytes(selectorOf(guard.kind, 'revokeAllBySig'), [addressWord(revocation.owner)], revocation.signature), refusals: guard.kind.refusals, byAnyone: true,
    effect: 'Ends every mandate of that owner at this guard. You pay the network fee and nothing else.',
    settled: () => epochMoved(inspection, guard, revocation.owner, before),
  };
}

export function dropApproval(inspection: Inspection, row: ApprovalRow): PreparedCall {
  return {
    title: `Take back the approval of ${row.token.symbol}`, to: row.token.address, toName: `the token ${row.token.symbol}`, signature: 'approve(address spender, uint256 amount)',
    fields: [['spender', row.guard.address], ['amount', '0']], data: dropApprovalCall(row.guard.address), byAnyone: false,
    effect: `${nameOf(row.guard)} may then take no ${row.token.symbol} from your wallet, until you approve or a permit that you signed is brought.`,
    settled: async () => {
      await inspection.reread();
      const now = await allowanceOf(inspection.chain, row.token.address, inspection.owner, row.guard.address);
      return now === 0n ? { done: true, sentence: `The approval of ${row.token.symbol} is zero.` } : unsettled(inspection, `The approval is still ${now === null ? 'unknown' : tokenAmount(now, row.token)}.`);
    },
  };
}

const authorisationNow = (inspection: Inspection, row: AuthorisationRow): AuthorisationRow | undefined => inspection.authorisations.find(({ guard }) => same(guard.address, row.guard.address));

export function dropAuthorisation(inspection: Inspection, row: AuthorisationRow): PreparedCall {
  return {
    title: 'Take back the authorisation at Morpho', to: row.morpho, toName: `Morpho ${shortAddress(row.morpho)}`, signature: 'setAuthorization(address authorized, bool newIsAuthorized)',
    fields: [['authorized', row.guard.address], ['newIsAuthorized', 'false']], data: dropAuthorisationCall(row.guard.address), byAnyone: false,
    effect: `${nameOf(row.guard)} may then act on none of your loans at Morpho.`,
    settled: async () => {
      await inspection.reread();
      return authorisationNow(inspection, row)?.authorised === false ? { done: true, sentence: 'The authorisation at Morpho is gone.' } : unsettled(inspection, 'Morpho still authorises this guard.');
    },
  };
}

/** The owner's own permit for nothing, signed: see `killingPermit`. */
export function killPermit(inspection: Inspection, row: PermitRow, spender: string, deadline: number, signature: string): PreparedCall {
  return {
    title: `Use up permit number ${row.nonce} of ${row.token.symbol}`, to: row.token.address, toName: `the token ${row.token.symbol}`,
    signature: 'permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)',
    fields: [['owner', inspection.owner], ['spender', spender], ['value', '0'], ['deadline', String(deadline)], ['v, r, s', signature]], data: permitCall(inspection.owner, spender, deadline, signature), byAnyone: false,
    effect: `Permit number ${row.nonce} is then used, so nobody can bring another one with that number. It also sets the approval of ${row.token.symbol} for this contract to zero.`,
    settled: async () => {
      await inspection.reread();
      const now = inspection.permits.find(({ token }) => same(token.address, row.token.address));
      return now !== undefined && now.nonce > row.nonce ? { done: true, sentence: `Permit number ${row.nonce} of ${row.token.symbol} is used up.` } : unsettled(inspection, `The token still expects permit number ${now?.nonce ?? row.nonce}.`);
    },
  };
}

/** The same at Morpho: see `killingAuthorisation`. */
export function killAuthorisation(inspection: Inspection, row: AuthorisationRow & { readonly nonce: bigint }, deadline: number, signature: string): PreparedCall {
  return {
    title: `Use up signed authorisation number ${row.nonce} at Morpho`, to: row.morpho, toName: `Morpho ${shortAddress(row.morpho)}`,
    signature: 'setAuthorizationWithSig((address authorizer, address authorized, bool isAuthorized, uint256 nonce, uint256 deadline), (uint8 v, bytes32 r, bytes32 s))',
    fields: [['authorizer', inspection.owner], ['authorized', row.guard.address], ['isAuthorized', 'false'], ['nonce', String(row.nonce)], ['deadline', String(deadline)], ['v, r, s', signature]],
    data: authorisationCall(inspection.owner, row.guard.address, row.nonce, deadline, signature), byAnyone: false,
    effect: 'That number is then used, so nobody can bring another signed authorisation with it. It also takes the authorisation of this guard away.',
    settled: async () => {
      await inspection.reread();
      const now = inspection.authorisations.find(({ guard }) => same(guard.address, row.guard.address));
      return now !== undefined && now.nonce > row.nonce ? { done: true, sentence: `Number ${row.nonce} at Morpho is used up.` } : unsettled(inspection, `Morpho still expects number ${now?.nonce ?? row.nonce}.`);
    },
  };
}
