import { kindOfCode } from '../../revoke/guards.js';
import { addressWord, encode, hashWord, same, uintWord } from '../../revoke/abi.js';
import { GUARD_KINDS, SELECTORS } from '../../revoke/contracts.js';
import type { Config, Mandate, MandateDraft } from '../api/types.js';
import type { Wallet } from '../wallet/provider.js';

/** What the page itself found out about the contract that a draft asks to be trusted with. */
export type Finding =
  | { readonly kind: 'ours'; readonly contract: string }
  | { readonly kind: 'not-ours'; readonly why: string }
  /** Nothing to ask yet: the wallet is not open, or stands on another chain. */
  | { readonly kind: 'unchecked'; readonly why: string };

type Chain = Config['chains'][number];

/** The guard of each protocol. */
export const GUARD_OF: Readonly<Record<Mandate['protocol'], string>> = { 'aave-v3': 'AaveGuard', 'morpho-blue': 'MorphoGuard', venus: 'VenusGuard', 'compound-v3': 'CometGuard' };

/** What the typed data says it is for: the guard's own name, in its domain. */
export const contractOf = ({ domain }: Pick<MandateDraft['typedData'], 'domain'>): string => domain.name.replace('Ballast ', '');

const kindNamed = (name: string) => GUARD_KINDS.find(({ contract }) => contract === name);

/** What the signed form of every guard says as the terms do. */
const SHARED = ['owner', 'actions', 'triggerHf', 'minHf', 'maxHf', 'maxCostBps', 'fillPerDay', 'keepers', 'expiry', 'prev'] as const;

/** How the approval's transaction must read: exactly this amount, to this spender. */
export const approveData = (spender: string, amount: string): string => encode(SELECTORS.approve, addressWord(spender), uintWord(BigInt(amount)));

/**
 * Why a draft must not be signed although its contract may be ours: somebody between us and the page may have put another spender, another
 * token or another amount in its place. null where every permission goes to the guard, is finite and is what the page shows.
 */
export function flawOf(draft: MandateDraft, chain: Chain | undefined, protocol: Mandate['protocol']): string | null {
  const guard = draft.typedData.domain.verifyingContract;
  const contract = contractOf(draft.typedData);
  if (!chain?.guards.some((known) => known.contract === contract && same(known.address, guard))) return `The typed data names ${guard}, which is not the contract that this service published for the chain.`;
  if (contract !== GUARD_OF[protocol]) return `The mandate is for ${contract}, which is not the guard of this loan’s protocol.`;
  const { terms, typedData: { message } } = draft;
  if (SHARED.some((field) => String(terms[field]).toLowerCase() !== String(message[field]).toLowerCase())) return 'The terms that are shown are not the ones that would be signed.';
  if (contract === 'AaveGuard' && !(same(terms.collateral, message.collateral ?? '') && same(terms.debt, message.debt ?? ''))) return 'The tokens that are shown are not the ones that would be signed.';
  if (!same(chain.keepers, draft.typedData.message.keepers)) return `The mandate names ${draft.typedData.message.keepers} as its list of keepers, which is not the published one.`;
  for (const approval of draft.approvals) {
    const { asset, spender, suggestedRaw, transaction, permit } = approval;
    if (!same(spender, guard)) return `The permission for ${asset.symbol} goes to ${spender}, which is not the guard.`;
    if (!same(transaction.to, asset.address) || !same(transaction.data, approveData(guard, suggestedRaw))) return `The transaction for ${asset.symbol} is not the approval that is shown.`;
    if (permit === null) continue;
    const { domain, message } = permit.typedData;
    if (!same(domain.verifyingContract, asset.address) || domain.chainId !== draft.typedData.domain.chainId) return `The permit for ${asset.symbol} is for another token or chain.`;
    if (!same(message.spender, guard) || message.value !== suggestedRaw || message.deadline !== String(permit.deadline)) return `The permit for ${asset.symbol} is not the permission that is shown.`;
  }
  const { authorization } = draft;
  if (authorization !== null && (!same(authorization.authorized, guard) || !same(authorization.transaction.to, authorization.contract) || !same(authorization.transaction.data, authorizeData(guard)))) {
    return 'The authorisation that comes with the draft is not one of the guard.';
  }
  return draft.safe === null ? null : flawOfBatch(draft.safe, draft, guard);
}

/** How the authorisation must read: the guard, and yes. */
export const authorizeData = (guard: string): string => encode(SELECTORS.setAuthorization, addressWord(guard), uintWord(1n));

/** The owner's own `set` of exactly the terms that are shown: every field is one word. */
export function setData({ domain, message }: Pick<MandateDraft['typedData'], 'domain' | 'message'>): string {
  const kind = kindNamed(contractOf({ domain }));
  const values = message as unknown as Readonly<Record<string, string | number>>;
  const words = (kind?.mandate ?? []).map(([name = '', type]) => (type === 'address' ? addressWord(String(values[name])) : type === 'bytes32' ? hashWord(String(values[name])) : uintWord(BigInt(values[name] ?? 0))));
  return encode(kind?.functions['set'] ?? '', ...words);
}

/** The Safe's batch makes the approvals that are shown, then puts the shown terms in force, and nothing else. */
function flawOfBatch({ calls }: NonNullable<MandateDraft['safe']>, { approvals, authorization, typedData }: MandateDraft, guard: string): string | null {
  const expected = [...approvals.map(({ transaction }) => transaction), ...(authorization === null ? [] : [authorization.transaction]), { to: guard, data: setData(typedData) }];
  const isSame = calls.length === expected.length && expected.every(({ to, data }, index) => same(calls[index]?.to ?? '', to) && same(calls[index]?.data ?? '', data));
  return isSame ? null : 'The Safe’s transaction makes other calls than the ones that are shown.';
}

/** What the code at the guard's address is, by the hash that was built into this page. */
export function findingOf(code: string, contract: string): Finding {
  const kind = kindOfCode(code);
  if (kind?.contract === contract) return { kind: 'ours', contract: kind.contract };
  return { kind: 'not-ours', why: kind === null ? 'The code at its address is not that of any contract of this version.' : `The code at its address is that of ${kind.contract}, not of ${contract}.` };
}

/** Asks the wallet, not us, what is at the address; and of a draft, whether what it names the loan by stands for the tokens that are shown. */
export async function checkContract(wallet: Wallet | null, chainId: number, guard: string, contract: string, draft: Named | null = null): Promise<Finding> {
  if (wallet === null) return { kind: 'unchecked', why: 'Open the wallet that owns this loan: the page asks it what the contract is.' };
  try {
    const on = await wallet.provider.request({ method: 'eth_chainId' });
    if (Number(on) !== chainId) return { kind: 'unchecked', why: 'Your wallet stands on another chain. Switch it there, so that the page can check the contract.' };
    const code = await wallet.provider.request({ method: 'eth_getCode', params: [guard, 'latest'] });
    if (typeof code !== 'string' || !/^0x([0-9a-f]{2})*$/i.test(code)) return { kind: 'unchecked', why: 'The wallet does not say what the contract is.' };
    const found = findingOf(code.toLowerCase(), contract);
    if (found.kind !== 'ours' || draft === null) return found;
    const why = await misnamed(wallet, guard, contract, draft);
    return why === null ? found : { kind: 'not-ours', why };
  } catch {
    return { kind: 'unchecked', why: 'The wallet does not say what the contract is.' };
  }
}

type Named = Pick<MandateDraft, 'authorization' | 'typedData' | 'terms'>;

/** Why what the mandate names is not what is shown; null where it is. Morpho's market and Venus's two markets are asked, by the wallet, for their tokens. */
async function misnamed(wallet: Wallet, guard: string, contract: string, { authorization, typedData: { message }, terms }: Named): Promise<string | null> {
  const ask = async (to: string, data: string): Promise<readonly string[]> => {
    const answer = String(await wallet.provider.request({ method: 'eth_call', params: [{ to, data }, 'latest'] })).replace(/^0x/, '');
    return Array.from({ length: Math.floor(answer.length / 64) }, (_, index) => answer.slice(index * 64, (index + 1) * 64));
  };
  const is = (word: string | undefined, address: string): boolean => same(word ?? '', addressWord(address));
  const other = 'The market that the mandate names is not of the tokens that are shown.';
  if (contract === 'MorphoGuard') {
    const [word = ''] = await ask(guard, kindNamed(contract)?.functions['morpho'] ?? '');
    const morpho = `0x${word.slice(24)}`;
    if (authorization !== null && !same(morpho, authorization.contract)) return `The authorisation would be given at ${authorization.contract}, which is not the protocol that the guard serves.`;
    const [loan, collateral] = await ask(morpho, encode(SELECTORS.marketParams, hashWord(message.marketId ?? '')));
    return is(loan, terms.debt) && is(collateral, terms.collateral) ? null : other;
  }
  if (contract === 'VenusGuard') {
    const [[collateral], [debt]] = await Promise.all([ask(message.collateral ?? '', SELECTORS.underlying), ask(message.debt ?? '', SELECTORS.underlying)]) as [readonly string[], readonly string[]];
    return is(collateral, terms.collateral) && is(debt, terms.debt) ? null : other;
  }
  return null;
}
