import { shortAddress } from '../src/wallet/checksum.js';
import { discoverWallets, refusalInWords, type Wallet, type WalletProvider } from '../src/wallet/provider.js';
import '../src/styles/tokens.css';
import '../src/styles/base.css';
import '../src/styles/parts.css';
import './revoke.css';
import { addressWord, isAddress, same, toAddress } from './abi.js';
import * as calls from './calls.js';
import { chainIdOf, headOf, overHttp, overWallet, type Chain } from './chain.js';
import { confirmCall, showSigned } from './confirm.js';
import { banner, button, el, fill } from './dom.js';
import { epochOf, readAddresses, recogniseGuard, revokeAllTypedData } from './guards.js';
import { Inspection } from './inspection.js';
import { deployedAt } from './log-scan.js';
import { killingAuthorisation, killingPermit, readPermits, storedPermits } from './permits.js';
import { PageProblem, sentenceOf } from './problem.js';
import { chainName, PUBLISHED } from './published.js';
import { approvalCards, deedCards, guardCards, mandateCards, permitCards, searchState, type Asks, type Deed } from './sections.js';
import { send, sign, trial, type Connected, type PreparedCall } from './send.js';
import { headline } from './words.js';

/** A killing permit need not live longer than it takes to be mined. */
const KILL_DEADLINE_S = 3_600;
const START = 'Take back what you allowed Ballast';

/* WHAT THE READER GIVES */

function field(id: string, label: string, note: string, tag: 'input' | 'textarea' = 'input'): { box: HTMLElement; input: HTMLInputElement | HTMLTextAreaElement } {
  const input = el(tag, { id, class: tag === 'input' ? 'mono' : null, autocomplete: 'off', spellcheck: 'false', 'aria-describedby': `${id}-note` });
  return { input, box: el('div', { class: 'field' }, el('label', { for: id }, label), input, el('small', { id: `${id}-note` }, note)) };
}
const account = field('account', 'Account', 'The owner of the loan. Pasting it is enough to look; a wallet is needed to revoke.');
const rpc = field('rpc', 'RPC address (optional)', 'Where to read the chain. Left empty, your wallet’s own connection is used.');
const guards = field('guards', 'Guard contracts', 'One address a line. Filled in where this page carries published ones; else they stand in the mandate that you signed.', 'textarea');
const since = field('since', 'Search from block (optional)', 'Left empty, the page looks for the block in which the guard was deployed.');
const pasted = field('permits', 'Permits that you signed (optional)', 'JSON: { chainId, token, owner, spender, value, nonce, deadline }, or the typed data; one or a list. Signatures are not needed.', 'textarea');
const token = field('token', 'Another token (optional)', 'Address of a token whose approval and permits should be looked at too.');
const revocation = field('revocation', 'A signed revocation', 'JSON with chainId, guard, owner, epoch and signature. Anybody may bring it; the owner’s signature is what counts.', 'textarea');

/** What a link after # may fill in. Nothing is read or sent because of it. */
function prefill(): void {
  const given = new URLSearchParams(location.hash.slice(1));
  for (const [name, { input }] of Object.entries({ account, rpc, guards, since })) {
    const value = given.get(name === 'guards' ? 'guard' : name);
    if (value !== null) input.value = value;
  }
}

/* THE PAGE'S STATE */

let wallets: Wallet[] = [];
let connected: Connected | null = null;
let inspection: Inspection | null = null;
let problem: string | null = null;
/** What is waited for outside of the lists, in words. */
let waiting: string | null = null;
let busy = false;
const deeds: Deed[] = [];

const places = {
  title: el('h1', {}, START), wallets: el('div', { class: 'row' }), problem: el('div'), guards: el('div', { class: 'list' }), search: el('div', { class: 'list' }), mandates: el('div', { class: 'list' }),
  permits: el('div', { class: 'list' }), approvals: el('div', { class: 'list' }), deeds: el('div', { class: 'list', role: 'status' }), why: el('p', { class: 'text2' }), found: el('div', { class: 'list found', hidden: true }),
};

function whyNot(): string | null {
  if (inspection === null) return null;
  if (connected === null) return 'You are only looking. Connect the wallet that holds this account to take anything back.';
  if (!same(connected.account, inspection.owner)) return `The wallet shows ${shortAddress(connected.account)}, and this is ${shortAddress(inspection.owner)}. Choose that account in the wallet and connect again.`;
  return busy ? 'One thing at a time: the last one is still on its way.' : null;
}

/* WHAT THE READER ASKS FOR */

async function perform(prepare: () => Promise<PreparedCall> | PreparedCall): Promise<void> {
  if (inspection === null || busy) return;
  const { chain, chainId, owner } = inspection;
  problem = null;
  busy = true;
  draw();
  try {
    const prepared = await prepare();
    const using = connected;
    if (using === null) throw new PageProblem('WRONG_ACCOUNT', 'Connect a wallet first: it sends the transaction.');
    if (await confirmCall(prepared, () => trial(chain, prepared, prepared.byAnyone ? using.account : owner))) {
      const deed: Deed = { title: prepared.title, stage: 'wallet', sentence: '' };
      deeds.push(deed);
      await send(chain, chainId, using, owner, prepared, (stage, sentence) => {
        Object.assign(deed, { stage, sentence });
        draw();
      });
      await inspection.reread();
    }
  } catch (error) {
    problem = sentenceOf(error);
  }
  busy = false;
  draw();
}

function asks(): Asks {
  const here = inspection as Inspection;
  const why = whyNot();
  const deadline = (): number => here.head.timestamp + KILL_DEADLINE_S;
  const signed = async (typedData: Record<string, unknown>): Promise<string> => {
    if (connected === null) throw new PageProblem('WRONG_ACCOUNT', 'Connect the wallet that holds this account first.');
    waiting = 'Your wallet asks for a signature. Nothing is sent by it: what it is for is shown next.';
    draw();
    try {
      return await sign(connected, here.chainId, here.owner, typedData);
    } finally {
      waiting = null;
      draw();
    }
  };
  return {
    canSend: why === null, why,
    revoke: (row) => void perform(() => calls.revokeOne(here, row)),
    revokeAll: (guard) => void perform(() => calls.revokeAll(here, guard)),
    signRevokeAll: (guard) => void attempt(async () => {
      const epoch = await epochOf(here.chain, guard, here.owner);
      const signature = await signed(revokeAllTypedData(guard, here.chainId, here.owner, epoch));
      const text = JSON.stringify({ chainId: here.chainId, guard: guard.address, owner: here.owner, epoch, signature } satisfies calls.SignedRevocation);
      showSigned('Signed. It counts when somebody brings it', 'Give this text to anybody who can pay a network fee: it ends all your mandates at this guard and does nothing else. Until it is in a block, nothing is ended.', text);
    }),
    dropApproval: (row) => void perform(() => calls.dropApproval(here, row)),
    dropAuthorisation: (row) => void perform(() => calls.dropAuthorisation(here, row)),
    killPermit: (row, spender) => void perform(async () => {
      if (row.domain === null) throw new PageProblem('FAILED', 'What to sign for this token is not known.');
      const last = deadline();
      return calls.killPermit(here, row, spender, last, await signed(killingPermit(row, row.domain, here.chainId, here.owner, spender, last)));
    }),
    killAuthorisation: (row) => void perform(async () => {
      const last = deadline();
      return calls.killAuthorisation(here, row, last, await signed(killingAuthorisation(here.chainId, row.morpho, here.owner, row.guard.address, row.nonce, last)));
    }),
    goOn: () => void here.look(),
  };
}

async function attempt(work: () => Promise<void>): Promise<void> {
  problem = null;
  try {
    await work();
  } catch (error) {
    problem = sentenceOf(error);
  }
  draw();
}

async function connect(wallet: Wallet): Promise<void> {
  await attempt(async () => {
    let accounts: unknown;
    let chainId: unknown;
    try {
      accounts = await wallet.provider.request({ method: 'eth_requestAccounts' });
      chainId = await wallet.provider.request({ method: 'eth_chainId' });
    } catch (error) {
      throw new PageProblem('WALLET_REFUSED', refusalInWords(error));
    }
    const first: unknown = Array.isArray(accounts) ? accounts[0] : undefined;
    if (typeof first !== 'string' || !isAddress(first)) throw new PageProblem('WALLET_REFUSED', 'The wallet offered no account.');
    connected = { wallet, account: toAddress(addressWord(first)) };
    if (account.input.value.trim() === '') account.input.value = connected.account;
    if (guards.input.value.trim() === '') guards.input.value = publishedOn(Number(chainId)).map(({ address }) => address).join('\n');
  });
}

const publishedOn = (chainId: number): ReadonlyArray<{ address: string; block: number }> => PUBLISHED[String(chainId)]?.guards ?? [];

function chainGiven(): Chain {
  const address = rpc.input.value.trim();
  if (address !== '') return overHttp(address);
  if (connected === null) throw new PageProblem('INPUT_INVALID', 'Connect a wallet or give an RPC address: the page needs one of them to read the chain.');
  return overWallet(connected.wallet.name, connected.wallet.provider);
}

async function look(): Promise<void> {
  await attempt(async () => {
    inspection?.stop();
    const chain = chainGiven();
    const [owner, ...more] = readAddresses(account.input.value, 'Account');
    if (owner === undefined || more.length > 0) throw new PageProblem('INPUT_INVALID', 'Give one account: 0x followed by 40 hex digits.');
    const from = since.input.value.trim();
    if (!/^\d*$/.test(from)) throw new PageProblem('INPUT_INVALID', `The block to search from is “${from}”; expected a whole number or nothing.`);
    waiting = 'Asking the chain.';
    draw();
    const chainId = await chainIdOf(chain);
    if (guards.input.value.trim() === '') guards.input.value = publishedOn(chainId).map(({ address }) => address).join('\n');
    const addresses = readAddresses(guards.input.value, 'Guard contracts');
    if (addresses.length === 0) throw new PageProblem('INPUT_INVALID', `This page carries no published guard for ${chainName(chainId)}. Paste the guard’s address: it is the contract (verifyingContract) of the mandate that you signed.`);
    const head = await headOf(chain);
    const found = await Promise.all(addresses.map(async (address) => {
      const known = publishedOn(chainId).find((published) => same(published.address, address));
      return recogniseGuard(chain, address, from === '' ? (known?.block ?? (await deployedAt(chain, address, head.number))) : Number(from));
    }));
    const next = new Inspection(chain, chainId, owner, found, storedPermits(), () => inspection === next && draw());
    next.pastedPermits = readPermits(pasted.input.value);
    inspection = next;
    places.found.hidden = false;
    void next.look();
  });
  waiting = null;
  draw();
}

/** Takes the fields below the lists into account, without searching again. */
async function lookAtMore(): Promise<void> {
  await attempt(async () => {
    if (inspection === null) return;
    inspection.pastedPermits = readPermits(pasted.input.value);
    for (const address of readAddresses(token.input.value, 'Another token')) if (!inspection.namedTokens.includes(address)) inspection.namedTokens.push(address);
    await inspection.reread();
  });
}

/* DRAWING */

function draw(): void {
  fill(places.wallets,
    ...(connected === null ? [] : [el('span', { class: 'chip plain' }, `${connected.wallet.name}: ${shortAddress(connected.account)}`)]),
    ...wallets.map((wallet, index) => button(`wallet-${index}`, connected?.wallet.id === wallet.id ? 'Connect again' : `Connect ${wallet.name}`, () => void connect(wallet))),
    ...(wallets.length === 0 ? [el('span', { class: 'text2' }, 'No wallet was found in this browser. Many wallets do not show themselves to a page opened from a file: serve it from any web server, or from IPFS.')] : []));
  fill(places.problem, problem === null ? null : banner('danger', 'That did not work', problem), waiting === null ? null : el('p', { role: 'status' }, waiting));
  fill(places.deeds, ...deedCards(deeds));
  if (inspection === null) return;
  const what = asks();
  const text = inspection.hasRead ? headline(inspection.standing) : 'Looking for what this account allowed';
  if (places.title.textContent !== text) places.title.textContent = text;
  places.why.textContent = what.why ?? '';
  // Pressed while the last one is on its way it would do nothing, and say nothing.
  bring.disabled = busy;
  fill(places.guards, ...guardCards(inspection));
  fill(places.search, ...searchState(inspection, what));
  fill(places.mandates, ...mandateCards(inspection, what));
  fill(places.permits, ...permitCards(inspection, what));
  fill(places.approvals, ...approvalCards(inspection, what));
}

const bring = button('bring-it', 'Bring it', () => void perform(() => calls.bringRevocation(inspection as Inspection, calls.readRevocation(revocation.input.value))));

const part = (id: string, title: string, text: string, ...content: Node[]): HTMLElement => el('section', { class: 'part', id, 'aria-labelledby': `${id}-title` }, el('h2', { id: `${id}-title` }, title), text === '' ? null : el('p', { class: 'text2' }, text), ...content);

function build(root: HTMLElement): void {
  places.found.append(
    places.why,
    part('guard', 'The contracts', '', places.guards, places.search),
    part('mandate', '1. Mandates', 'What lets a guard act. End these first: without a live mandate nothing moves, whatever was approved.', places.mandates),
    part('permit', '2. Unused permits', 'A permit is an approval by signature. One that was signed and not used brings a dropped approval back, and anybody who has it may bring it: so use its number up before you drop the approval.', places.permits,
      el('div', { class: 'form' }, el('div', { class: 'wide' }, pasted.box)), el('div', { class: 'row' }, button('add-permits', 'Look at these too', () => void lookAtMore()))),
    part('approval', '3. Approvals', 'What a guard could take from your wallet while a mandate is live.', places.approvals, el('div', { class: 'form' }, token.box), el('div', { class: 'row' }, button('add-token', 'Look at this token too', () => void lookAtMore()))),
    part('bring', 'Bring a revocation that somebody signed', '', el('div', { class: 'form' }, el('div', { class: 'wide' }, revocation.box)), el('div', { class: 'row' }, bring)),
  );
  root.append(
    el('header', { class: 'page' }, el('div', { class: 'brand' }, 'Ballast', el('span', { class: 'chip plain' }, 'Revoke')), places.title,
      el('p', { class: 'lead text2' }, 'This page needs no server of ours. It reads the chain through your wallet or an RPC address that you choose, and sends only what you confirm in your wallet.')),
    part('who', 'Which account, on which chain', '', places.wallets, el('div', { class: 'form' }, account.box, rpc.box, el('div', { class: 'wide' }, guards.box), since.box), el('div', { class: 'row' }, button('look', 'Look', () => void look(), 'primary')), places.problem),
    places.deeds, places.found,
    el('footer', { class: 'text3 small' }, 'One file, no other address is asked than the one you give. It knows the guards of the version it was built with by the hash of their code.'),
  );
}

/** Wallets that announce themselves; the older single one only where none does. */
function findWallets(): void {
  discoverWallets((found) => {
    wallets = [...found];
    draw();
  });
  setTimeout(() => {
    const { ethereum } = globalThis as { ethereum?: WalletProvider };
    if (wallets.length === 0 && typeof ethereum?.request === 'function') wallets = [{ id: 'injected', name: 'browser wallet', icon: null, provider: ethereum, account: null }];
    draw();
  }, 300);
}

prefill();
build(document.getElementById('root') as HTMLElement);
draw();
findWallets();

