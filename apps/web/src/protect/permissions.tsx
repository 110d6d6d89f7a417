import type { MandateDraft } from '../api/types.js';
import { Icon } from '../components/icons.js';
import { AddressText, HashText } from '../components/parts.js';
import { amount, inWords, capital } from '../words/numbers.js';

export type Approval = MandateDraft['approvals'][number];

/** How far one permission is: signed here, sent and awaited, or shown by the chain. */
export type Progress = { readonly kind: 'open' } | { readonly kind: 'signed' } | { readonly kind: 'sent'; readonly hash: string } | { readonly kind: 'given' };

const isDone = ({ kind }: Progress): boolean => kind === 'given' || kind === 'signed';
const WHAT: Record<Approval['action'], string> = { repay: 'Permission to spend', 'top-up': 'Permission to spend', fill: 'Permission to move' };

/** One permission: to whom, how much of what is there, and the way to give it. The spender is shown only once the contract was checked. */
export function PermissionStep({ approval, progress, number, busy, checked, onSign, onSend }: { approval: Approval; progress: Progress; number: number; busy: boolean; checked: boolean; onSign: () => void; onSend: () => void }) {
  const { asset, suggested, balance, permit, spender } = approval;
  const done = isDone(progress);
  return (
    <div className="step">
      <span className={`step-number${done ? ' done' : ''}`}>{done ? <Icon name="check" size={14} /> : number}</span>
      <div className="step-body">
        <b className="strong">{WHAT[approval.action]} {asset.symbol}</b>
        <p className="small text2">
          <b className="strong">{amount(suggested, asset.symbol)}</b> of your {amount(balance, asset.symbol)}, {checked ? <>to <AddressText address={spender} /> only</> : 'to the guard only, once it is checked'}. Not unlimited.{' '}
          {permit === null ? 'A transaction: your wallet pays its fee.' : 'A signature, good for half an hour: Ballast brings it to the token and pays the fee.'}
          {permit !== null && progress.kind === 'open' && checked && <> <button type="button" className="link-button small" disabled={busy} onClick={onSend}>Send a transaction instead</button></>}
        </p>
        {progress.kind === 'sent' && <p className="small tone-act" role="status">Sent, waiting until the chain shows it <HashText hash={progress.hash} /></p>}
      </div>
      {progress.kind === 'given' && <span className="small good-text">Given</span>}
      {progress.kind === 'signed' && <span className="small good-text">Signed</span>}
      {progress.kind === 'open' && <button type="button" className="button small" disabled={busy || !checked} onClick={permit === null ? onSend : onSign}>{permit === null ? 'Approve' : 'Sign'} {asset.symbol}</button>}
    </div>
  );
}

/** The protocol's own permission, which is wide: how wide is said beside it. */
export function AuthorizationStep({ authorization, progress, number, busy, checked, onSend }: { authorization: NonNullable<MandateDraft['authorization']>; progress: Progress; number: number; busy: boolean; checked: boolean; onSend: () => void }) {
  const done = isDone(progress);
  return (
    <div className="step">
      <span className={`step-number${done ? ' done' : ''}`}>{done ? <Icon name="check" size={14} /> : number}</span>
      <div className="step-body">
        <b className="strong">Permission at Morpho, to sell collateral</b>
        <p className="small text2">{checked ? <>To <AddressText address={authorization.authorized} /> only</> : 'To the guard only, once it is checked'}. It is all or nothing: read below how wide it is. A transaction: your wallet pays its fee.</p>
        {progress.kind === 'sent' && <p className="small tone-act" role="status">Sent, waiting until the chain shows it <HashText hash={progress.hash} /></p>}
      </div>
      {progress.kind === 'given' && <span className="small good-text">Given</span>}
      {progress.kind === 'open' && <button type="button" className="button small" disabled={busy || !checked} onClick={onSend}>Authorise</button>}
    </div>
  );
}

/** "Two signatures, no transaction to pay". */
export function workInWords(approvals: readonly Approval[], authorizes = false): string {
  const signatures = 1 + approvals.filter(({ permit }) => permit !== null).length;
  const transactions = approvals.length + 1 - signatures + (authorizes ? 1 : 0);
  const count = (number: number, what: string): string => `${inWords(number)} ${what}${number === 1 ? '' : 's'}`;
  return capital(`${count(signatures, 'signature')}, ${transactions === 0 ? 'no transaction to pay' : count(transactions, 'transaction')}`);
}
