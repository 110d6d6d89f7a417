import { shortAddress } from '../src/wallet/checksum.js';
import { dateSeconds } from '../src/words/times.js';
import type { ApprovalRow, AuthorisationRow } from './approvals.js';
import { nameOf } from './calls.js';
import { banner, button, chip, el, mono, pairs, type Tone } from './dom.js';
import { isKnown, type KnownGuard } from './guards.js';
import type { Inspection } from './inspection.js';
import type { MandateRow, MandateState } from './mandates.js';
import type { PermitRow, PermitState, SignedPermit } from './permits.js';
import { chainName } from './published.js';
import type { Stage } from './send.js';
import { blocks, tokenAmount, termsSentence } from './words.js';

/** What the reader can ask for. Each opens the call in words first. */
export interface Asks {
  /** False while only looking, or while another call is on its way: then no button that sends is live. */
  readonly canSend: boolean;
  /** Null when it can; else why the buttons rest. */
  readonly why: string | null;
  revoke(row: MandateRow): void;
  revokeAll(guard: KnownGuard): void;
  signRevokeAll(guard: KnownGuard): void;
  dropApproval(row: ApprovalRow): void;
  dropAuthorisation(row: AuthorisationRow): void;
  killPermit(row: PermitRow, spender: string): void;
  killAuthorisation(row: AuthorisationRow & { readonly nonce: bigint }): void;
  goOn(): void;
}

type Content = (Node | string | null)[];
const hint = (text: string): HTMLElement => el('p', { class: 'text2' }, text);
const card = (...children: Content): HTMLElement => el('article', { class: 'card stack tight' }, ...children);
const bar = (...children: Content): HTMLElement => el('div', { class: 'row' }, ...children);

export function guardCards(inspection: Inspection): Content {
  return inspection.guards.map((guard) =>
    el('article', { class: `card stack tight${guard.kind === null ? ' is-danger' : ''}` }, bar(guard.kind === null ? chip('danger', 'Not our guard') : chip('safe', 'Published code'), mono(guard.address)), el('p', {}, guard.finding)));
}

export function searchState(inspection: Inspection, asks: Asks): Content {
  const rows = inspection.searches.map((search) => {
    const total = inspection.head.number - search.from + 1;
    const seen = Math.max(0, search.through - search.from + 1);
    const state = search.problem !== null ? `stopped: ${search.problem}` : seen >= total ? `done, ${blocks(total)} read` : seen === 0 ? 'waiting' : `${blocks(seen)} of ${total.toLocaleString('en-US')} read`;
    return el('li', { class: 'small text2' }, `${search.what.charAt(0).toUpperCase()}${search.what.slice(1)}: ${state}`);
  });
  const stopped = inspection.searches.some(({ problem }) => problem !== null) || inspection.problem !== null;
  return [
    inspection.head.number === 0 ? null : el('p', { class: 'text2' }, `Read through ${inspection.chain.label}: ${chainName(inspection.chainId)}, up to block ${inspection.head.number.toLocaleString('en-US')}.`),
    inspection.searching ? el('p', { role: 'status' }, 'Searching the chain’s history. What is found is shown at once.') : null,
    stopped && !inspection.searching
      ? banner('watch', 'Not everything could be read', inspection.problem ?? 'What is shown below may lack something. Going on continues where it stopped; another RPC address may allow more.', button('go-on', 'Go on', () => asks.goOn()))
      : null,
    el('ul', {}, ...rows),
  ];
}

const MANDATE_WORDS: Readonly<Record<MandateState, readonly [Tone, string]>> = { live: ['danger', 'Live'], expired: ['watch', 'Past its end date'], ended: ['safe', 'Ended'] };

export function mandateCards(inspection: Inspection, asks: Asks): Content {
  const rows = [...inspection.mandates].sort((a, b) => (a.state === b.state ? 0 : a.state === 'live' ? -1 : b.state === 'live' ? 1 : 0)).map((row, index) => {
    const [tone, word] = MANDATE_WORDS[row.state];
    const about = 'marketId' in row.about ? ([['Market', mono(row.about.marketId)]] as const) : ([['Collateral', mono(row.about.collateral)], ['Debt', mono(row.about.debt)]] as const);
    return card(
      bar(chip(tone, word), el('h3', {}, inspection.nameOf(row)), el('span', { class: 'text3 small' }, nameOf(row.guard))),
      row.terms === null ? hint('What it allows could not be read from the transaction that activated it; the pair is what the chain keeps.') : el('p', {}, termsSentence(row.terms)),
      pairs([
        ...about,
        ...(row.terms === null ? [] : [['Keepers contract', mono(row.terms.keepers), 'only senders in its list may act'] as const]),
        ...(row.activation === null ? [] : [['Activated in block', String(row.activation.blockNumber), row.activation.transactionHash] as const]),
      ]),
      row.state === 'ended' ? null : bar(button(`revoke-${index}`, 'Revoke this mandate', () => asks.revoke(row), '', !asks.canSend)),
    );
  });
  const guards = inspection.guards.filter(isKnown);
  return [
    ...(rows.length > 0 ? rows : [hint(inspection.complete ? 'No mandate of this account was ever activated at these guards.' : 'None found so far.')]),
    ...guards.map((guard) => card(
      el('h3', {}, `Everything at ${nameOf(guard)}`),
      hint('Ends every mandate, also those that you signed and that nobody has activated yet: the chain does not show those.'),
      bar(button(`revoke-all-${guard.address}`, 'Revoke everything', () => asks.revokeAll(guard), 'primary', !asks.canSend), button(`sign-${guard.address}`, 'Sign it for somebody else to bring', () => asks.signRevokeAll(guard), '', !asks.canSend)),
    )),
  ];
}

const PERMIT_WORDS: Readonly<Record<PermitState, readonly [Tone, string]>> = { open: ['danger', 'Open'], later: ['watch', 'Opens later'], used: ['safe', 'Used up'], expired: ['safe', 'Too late to bring'] };

function permitLine(permit: SignedPermit, state: PermitState, row: PermitRow): HTMLElement {
  const [tone, word] = PERMIT_WORDS[state];
  const until = permit.deadline > 8_000_000_000n ? 'without end' : `until ${dateSeconds(new Date(Number(permit.deadline) * 1_000).toISOString())} UTC`;
  return el('li', { class: 'row' }, chip(tone, word), el('span', {}, `${tokenAmount(permit.value, row.token)} for ${shortAddress(permit.spender)}, number ${permit.nonce}, ${until}`));
}

export function permitCards(inspection: Inspection, asks: Asks): Content {
  const rows = inspection.permits.map((row, index) => {
    const open = row.signed.find(({ state }) => state === 'open');
    const spender = open?.permit.spender ?? inspection.guards[0]?.address;
    return card(
      bar(el('h3', {}, row.token.symbol), mono(row.token.address)),
      el('p', { class: 'text2' }, `The next permit that this token takes from you is number ${row.nonce}. ${row.signed.length === 0 ? 'This page knows of none that you signed.' : ''}`),
      row.signed.length === 0 ? null : el('ul', { class: 'stack tight' }, ...row.signed.map(({ permit, state }) => permitLine(permit, state, row))),
      row.domain === null || spender === undefined
        ? hint('This page cannot tell what to sign for this token, so it cannot use a number up here. Revoking the mandate is what counts.')
        : bar(button(`kill-${index}`, open === undefined ? `Use up number ${row.nonce} anyway` : `Use up number ${row.nonce}`, () => asks.killPermit(row, spender), '', !asks.canSend)),
    );
  });
  const atMorpho = inspection.authorisations.map((row, index) => card(
    bar(el('h3', {}, 'Signed authorisations at Morpho'), mono(row.morpho)),
    hint(`The next signed authorisation that Morpho takes from you is number ${row.nonce}. If you signed one for ${nameOf(row.guard)} and it was not brought, it can still be.`),
    bar(button(`kill-morpho-${index}`, `Use up number ${row.nonce}`, () => asks.killAuthorisation(row), '', !asks.canSend)),
  ));
  return rows.length + atMorpho.length > 0 ? [...rows, ...atMorpho] : [hint(inspection.complete ? 'None of the tokens found here takes permits.' : 'None found so far.')];
}

export function approvalCards(inspection: Inspection, asks: Asks): Content {
  const rows = inspection.approvals.filter(({ allowance }) => allowance > 0n).map((row, index) => card(
    bar(chip('danger', 'Stands'), el('h3', {}, tokenAmount(row.allowance, row.token)), el('span', { class: 'text3 small' }, `to ${nameOf(row.guard)}`)),
    pairs([['Token', mono(row.token.address)], ['May be taken by', mono(row.guard.address)]]),
    bar(button(`drop-${index}`, `Take back ${row.token.symbol}`, () => asks.dropApproval(row), '', !asks.canSend)),
  ));
  const wide = inspection.authorisations.filter(({ authorised }) => authorised).map((row, index) => card(
    bar(chip('danger', 'Stands'), el('h3', {}, 'All of your loans at Morpho'), el('span', { class: 'text3 small' }, `to ${nameOf(row.guard)}`)),
    hint('Morpho knows no amounts: this permission is for all markets, also to borrow and to withdraw.'),
    bar(button(`unauthorise-${index}`, 'Take back the authorisation', () => asks.dropAuthorisation(row), '', !asks.canSend)),
  ));
  return rows.length + wide.length > 0 ? [...rows, ...wide] : [hint(inspection.complete ? 'No approval to these contracts stands.' : 'None found so far.')];
}

/** One thing that the reader did on this page. */
export interface Deed {
  readonly title: string;
  stage: Stage;
  sentence: string;
}

const STAGE_WORDS: Readonly<Record<Stage, readonly [Tone, string]>> = { wallet: ['plain', 'In your wallet'], sent: ['watch', 'Sent, not done yet'], done: ['safe', 'Done'], failed: ['danger', 'Not done'] };

export function deedCards(deeds: readonly Deed[]): Content {
  return [...deeds].reverse().map((deed) => {
    const [tone, word] = STAGE_WORDS[deed.stage];
    return card(bar(chip(tone, word), el('h3', {}, deed.title)), el('p', {}, deed.sentence));
  });
}

