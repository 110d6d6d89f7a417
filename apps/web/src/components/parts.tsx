import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useNow } from '../store/clock.js';
import { checksummed, shortAddress, shortHash } from '../wallet/checksum.js';
import { ago, dateSeconds } from '../words/times.js';
import type { ApiProblem } from '../api/client.js';
import { Icon, ShapeIcon } from './icons.js';
import type { Mark } from '../words/states.js';

/** "4 s ago", counting by itself; hover gives the moment. */
export function Ago({ at }: { at: string | null }) {
  const now = useNow();
  return at === null ? <span>not yet</span> : <time dateTime={at} title={`${dateSeconds(at)} UTC`}>{ago(at, now)}</time>;
}

export function CopyButton({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button type="button" className="copy" aria-label={copied ? 'Copied' : `Copy ${what}`} onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true), () => undefined)}>
      <Icon name={copied ? 'check' : 'copy'} size={13} />
    </button>
  );
}

export function AddressText({ address, full = false }: { address: string; full?: boolean }) {
  return (
    <span className="nowrap">
      <span className="mono" title={checksummed(address)}>{full ? checksummed(address) : shortAddress(address)}</span>
      <CopyButton text={checksummed(address)} what="address" />
    </span>
  );
}

/** A transaction, block or mandate hash. */
export function HashText({ hash, what = 'transaction' }: { hash: string; what?: string }) {
  return (
    <span className="nowrap">
      <span className="mono" title={hash}>{shortHash(hash)}</span>
      <CopyButton text={hash} what={`${what} hash`} />
    </span>
  );
}

/** Before and after; read aloud as "from a to b". */
export function Delta({ from, to }: { from: string; to: string }) {
  return (
    <>
      <span aria-hidden="true">{from} → {to}</span>
      <span className="sr">from {from} to {to}</span>
    </>
  );
}

export function Banner({ tone, mark, title, children, action }: { tone: 'danger' | 'blind' | 'watch' | 'act'; mark: Mark; title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <section className={`banner ${tone}`} role={tone === 'danger' ? 'alert' : undefined} aria-label={title}>
      <ShapeIcon shape={mark.shape} size={20} />
      <div className="banner-body">
        <b>{title}</b>
        <p>{children}</p>
      </div>
      {action}
    </section>
  );
}

export function ErrorState({ problem, again }: { problem: ApiProblem; again: () => void }) {
  return (
    <section className="card is-danger stack tight">
      <div><span className="chip danger"><ShapeIcon shape="triangle" />Error</span></div>
      <p>Your protection runs elsewhere and is not affected. Shown: nothing, rather than old numbers.</p>
      <p className="text2">{problem.message}</p>
      <div><button type="button" className="button small" onClick={again}>Try again</button></div>
    </section>
  );
}

/** Bars of the final size; after three seconds it says what is awaited. */
export function Loading({ what, rows = 3 }: { what: string; rows?: number }) {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 3_000);
    return () => clearTimeout(timer);
  }, []);
  return (
    <section className="card stack" aria-busy="true">
      {Array.from({ length: rows }, (_, row) => <div key={row} className="skeleton" style={{ width: `${100 - row * 18}%` }} />)}
      <p className="text2 small" role="status">{slow ? what : ''}</p>
    </section>
  );
}

export function Segmented<T extends string>({ name, label, value, options, onChange }: { name: string; label: string; value: T; options: ReadonlyArray<readonly [T, string]>; onChange: (value: T) => void }) {
  return (
    <div className="segmented" role="radiogroup" aria-label={label}>
      {options.map(([option, text]) => (
        <label key={option}>
          <input type="radio" name={name} value={option} checked={option === value} onChange={() => onChange(option)} />
          <span>{text}</span>
        </label>
      ))}
    </div>
  );
}

/** A modal dialog of the browser: focus goes in, stays in, and returns; Escape closes. */
export function Dialog({ open, title, onClose, children }: { open: boolean; title: string; onClose: () => void; children: ReactNode }) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    if (!dialog) return;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }, [open]);
  return (
    <dialog ref={element} aria-label={title} onClose={onClose} onClick={(event) => event.target === element.current && onClose()}>
      {open && (
        <div className="stack">
          <div className="card-head">
            <h2>{title}</h2>
            <button type="button" className="icon-button" aria-label="Close" onClick={onClose}><Icon name="cross" /></button>
          </div>
          {children}
        </div>
      )}
    </dialog>
  );
}

export function Pairs({ rows }: { rows: ReadonlyArray<readonly [label: string, value: ReactNode, note?: ReactNode]> }) {
  return (
    <dl className="pairs">
      {rows.map(([label, value, note]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}{note !== undefined && <span className="note">{note}</span>}</dd>
        </div>
      ))}
    </dl>
  );
}
