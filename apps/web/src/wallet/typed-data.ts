import type { Asset, MandateDraft } from '../api/types.js';
import { amount, health, unscale } from '../words/numbers.js';
import { dateOfUnix } from '../words/times.js';
import { checksummed } from './checksum.js';

type TypedData = MandateDraft['typedData'];

/** Typed data as wallets want it: some hash an empty domain when its type is not spelled out, which would sign another message. */
export function forWallet(typedData: { readonly domain: TypedData['domain']; readonly types: TypedData['types']; readonly primaryType: string; readonly message: object }): Record<string, unknown> {
  const domainFields = [
    { name: 'name', type: 'string' },
    { name: 'version', type: 'string' },
    { name: 'chainId', type: 'uint256' },
    { name: 'verifyingContract', type: 'address' },
  ];
  return { ...typedData, types: { EIP712Domain: domainFields, ...typedData.types } };
}

export interface FieldInWords {
  readonly name: string;
  readonly type: string;
  readonly raw: string;
  readonly words: string;
}

const ACTIONS: ReadonlyArray<readonly [bit: number, words: string]> = [
  [1, 'add collateral from your wallet'],
  [2, 'repay from your wallet'],
  [4, 'repay by selling collateral'],
];

/** The signed fields one by one, in the order in which the wallet shows them: what is signed, and what it means. */
export function fieldsInWords(typedData: TypedData, terms: Pick<MandateDraft['terms'], 'collateral' | 'debt'>, assets: readonly Asset[]): FieldInWords[] {
  const { message } = typedData;
  const asset = (address: string): Asset | undefined => assets.find((known) => known.address.toLowerCase() === address.toLowerCase());
  const named = (address: string): string => asset(address)?.symbol ?? 'a token that is not in our list';
  const ratio = (wad: string): string => health(unscale(wad, 18), 4).replace(/0{1,2}$/, '');
  // What Morpho and Venus name a loan by are no tokens: the terms beside the typed data say which they are.
  const debt = asset(terms.debt);
  const onVenus = message.collateral !== undefined && message.collateral !== terms.collateral;
  const words: Record<string, string> = {
    owner: 'your account',
    collateral: onVenus ? `the market of ${named(terms.collateral)}` : named(terms.collateral),
    debt: onVenus ? `the market of ${named(terms.debt)}` : named(terms.debt),
    marketId: `the market of ${named(terms.collateral)} against ${named(terms.debt)}`,
    actions: ACTIONS.filter(([bit]) => (message.actions & bit) !== 0).map(([, text]) => text).join(' or '),
    triggerHf: `acts only while health is below ${ratio(message.triggerHf)}`,
    minHf: `must bring health to ${ratio(message.minHf)} or more`,
    maxHf: `and to ${ratio(message.maxHf)} at most`,
    maxCostBps: message.maxCostBps === 0 ? 'no cost may be taken from your collateral' : `at most ${unscale(String(message.maxCostBps), 2)}% of what is repaid by selling collateral`,
    fillPerDay: debt === undefined ? 'debt repaid by selling collateral, per day' : `${amount(unscale(message.fillPerDay, debt.decimals), debt.symbol)} a day by selling collateral`,
    keepers: 'only senders in this contract’s list may act',
    expiry: `ends on ${dateOfUnix(message.expiry)}, by the chain’s clock`,
    prev: 'replaces the mandate in force now, and no other',
  };
  const values = message as unknown as Record<string, string | number>;
  return (typedData.types[typedData.primaryType] ?? []).map(({ name, type }) => {
    const raw = String(values[name]);
    return { name, type, raw: type === 'address' ? checksummed(raw) : raw, words: words[name] ?? 'not known to this page' };
  });
}
