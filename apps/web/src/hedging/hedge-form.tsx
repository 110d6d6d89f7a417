import { useId, useState } from 'react';
import type { HedgeMode, UnderlyingExposure } from '../api/types.js';
import { middleOf } from '../words/exposure.js';
import { budgetEffects, notionalEffects, shareEffects, surviveEffects, type Effects } from '../words/hedge-effects.js';
import { modeInWords } from '../words/hedging.js';
import { EffectsOf } from './effects.js';
import { instrumentFor, type Carrier, type HedgeDraft, type LegDraft, type ModeKind } from './hedge-draft.js';

const MODES: ReadonlyArray<readonly [ModeKind, string, string]> = [
  ['full', 'A share, always', 'The same part of your exposure, whatever the health.'], ['above-hf', 'More as health falls', 'Nothing while all is well; it grows as the weakest loan gets nearer to liquidation.'],
  ['tail', 'Puts', 'Paid for once, no margin call; they pay in a deep fall.'], ['none', 'Nothing', 'Close the hedge and keep these settings.'],
];

/** Every bound of a hedge, each with what it gives and what it costs beside it. */
export function HedgeForm({ draft, exposure, underlying, carriers, onChange }: { draft: HedgeDraft; exposure: UnderlyingExposure | null; underlying: string; carriers: readonly Carrier[]; onChange: (draft: HedgeDraft) => void }) {
  const id = useId();
  const set = (change: Partial<HedgeDraft>): void => onChange({ ...draft, ...change });
  const today = { before: middleOf(exposure?.before ?? null) ?? 0, price: Number(exposure?.priceUsd ?? '0'), underlying };
  const hedges = draft.kind === 'full' || draft.kind === 'above-hf';
  const field = (key: 'share' | 'belowHealth' | 'fullAtHealth' | 'most' | 'budget' | 'survives' | 'slippage', label: string) => (
    <label className="field" htmlFor={`${id}-${key}`}><span>{label}</span><input id={`${id}-${key}`} inputMode="decimal" value={draft[key]} onChange={(event) => set({ [key]: event.target.value })} /></label>
  );
  const limited = (key: 'most' | 'budget' | 'survives', label: string, effects: Effects | null) => <div className="limit">{field(key, label)}<EffectsOf effects={effects} /></div>;
  return (
    <div className="stack">
      <section className="card stack" style={{ gap: 14 }}>
        <h2>How much is hedged?</h2>
        <div className="mode-choices" role="radiogroup" aria-label="How much is hedged">
          {MODES.map(([kind, title, text]) => (
            <label key={kind} className="mode-choice"><input type="radio" name="mode" value={kind} checked={draft.kind === kind} onChange={() => set({ kind })} /><span><b className="strong">{title}</b><span className="small text2 block">{text}</span></span></label>
          ))}
        </div>
        {hedges && <ShareField value={draft.share} onChange={(share) => set({ share })} id={`${id}-share`} label={draft.kind === 'full' ? `Share of your ${underlying} exposure hedged, %` : 'Share hedged when it is full, %'} />}
        {draft.kind === 'above-hf' && <div className="fields-two">{field('belowHealth', 'Begins below a health of')}{field('fullAtHealth', 'Full at a health of')}</div>}
        {hedges && <EffectsOf effects={shareEffects(draft.share, today, draft.most)} />}
        {draft.kind === 'tail' && <p className="small strong" role="note">Only puts that the limits of the trading key name are bought, for no more than the budget of 30 days. They expire: a key that names none of the coming months makes this plan an alarm. Perpetuals that are open are closed.</p>}
        {draft.kind === 'tail' && (
          <label className="field" htmlFor={`${id}-puts`}><span>Account in which puts are bought</span><select id={`${id}-puts`} value={draft.putsIn} onChange={(event) => set({ putsIn: event.target.value })}><option value="">Choose one</option>{carriers.map(({ account }) => <option key={account.id} value={account.id}>{account.venueName} · {account.label}</option>)}</select></label>
        )}
        <p className="small text3">{modeInWords(modeShown(draft), underlying)}</p>
      </section>
      <section className="card stack limits" style={{ gap: 18 }}>
        <h2>What is the most it may ever do?</h2>
        {limited('most', 'Most that the hedge may be worth, $', notionalEffects(draft.most, draft.survives, today))}
        {limited('budget', 'Most that funding and trading may cost in 30 days, $', budgetEffects(draft.budget, carryOf(exposure)))}
        {limited('survives', `Rise of ${underlying} that it lives through, %`, surviveEffects(draft.survives, today))}
        <div className="limit">{field('slippage', 'Most an order may lose against the mark, %')}<EffectsOf effects={{ gives: 'No order is filled at a worse price.', costs: 'In a thin market a tight limit fills in more and smaller parts.' }} /></div>
      </section>
      <Legs draft={draft} underlying={underlying} carriers={carriers} onChange={(legs) => set({ legs })} />
    </div>
  );
}

/** What the hedge earns or pays in dollars a day; null where there is none yet. */
const carryOf = (exposure: UnderlyingExposure | null): number | null => (exposure === null || (middleOf(exposure.hedge) ?? 0) === 0 ? null : exposure.carryUsdADay);

const modeShown = (draft: HedgeDraft): HedgeMode =>
  draft.kind === 'full' ? { kind: 'full', sharePercent: draft.share } : draft.kind === 'above-hf' ? { kind: 'above-hf', sharePercent: draft.share, belowHealth: draft.belowHealth, fullAtHealth: draft.fullAtHealth } : { kind: draft.kind };

/** A slider, always with its number field. */
function ShareField({ value, onChange, id, label }: { value: string; onChange: (value: string) => void; id: string; label: string }) {
  const number = Number(value);
  return (
    <div className="share-field">
      <label className="field" htmlFor={id}><span>{label}</span><input id={id} inputMode="decimal" value={value} onChange={(event) => onChange(event.target.value)} /></label>
      <input type="range" min={1} max={100} step={1} aria-label={label} value={Number.isFinite(number) ? Math.min(100, Math.max(1, number)) : 1} onChange={(event) => onChange(event.target.value)} />
    </div>
  );
}

/** The accounts that carry the hedge, in the order in which they are filled. */
function Legs({ draft, underlying, carriers, onChange }: { draft: HedgeDraft; underlying: string; carriers: readonly Carrier[]; onChange: (legs: readonly LegDraft[]) => void }) {
  const id = useId();
  const [told, setTold] = useState('');
  const change = (index: number, to: Partial<LegDraft>): void => onChange(draft.legs.map((leg, each) => (each === index ? { ...leg, ...to } : leg)));
  const first = (index: number): void => {
    const leg = draft.legs[index];
    if (!leg) return;
    onChange([...draft.legs.slice(0, index - 1), leg, ...draft.legs.slice(index - 1).filter((each) => each !== leg)]);
    setTold(`Leg ${index + 1} is now leg ${index}`);
  };
  const add = (): void => {
    const carrier = carriers.find(({ account }) => !draft.legs.some((leg) => leg.account === account.id)) ?? carriers[0];
    if (carrier) onChange([...draft.legs, { account: carrier.account.id, instrument: instrumentFor(carrier, underlying), most: draft.most }]);
  };
  return (
    <section className="card stack" style={{ gap: 14 }}>
      <div><h2>Who carries it?</h2><p className="small text2">Filled in this order: the second only once the first has all it may.</p></div>
      <ol className="legs">
        {draft.legs.map((leg, index) => {
          const carrier = carriers.find(({ account }) => account.id === leg.account);
          return (
            <li key={index}>
              <span className="step-number" aria-hidden="true">{index + 1}</span>
              <div className="fields-three">
                <label className="field" htmlFor={`${id}-a${index}`}><span>Account</span><select id={`${id}-a${index}`} value={leg.account} onChange={(event) => { const next = carriers.find(({ account }) => account.id === event.target.value); change(index, { account: event.target.value, ...(next ? { instrument: instrumentFor(next, underlying) } : {}) }); }}>{!carrier && <option value={leg.account}>{leg.account}</option>}{carriers.map(({ account }) => <option key={account.id} value={account.id}>{account.venueName} · {account.label}</option>)}</select></label>
                <label className="field" htmlFor={`${id}-i${index}`}><span>Instrument</span><select id={`${id}-i${index}`} value={leg.instrument} onChange={(event) => change(index, { instrument: event.target.value })}>{!(carrier?.instruments ?? []).includes(leg.instrument) && <option value={leg.instrument}>{leg.instrument}</option>}{carrier?.instruments.map((name) => <option key={name} value={name}>{name}</option>)}</select></label>
                <label className="field" htmlFor={`${id}-m${index}`}><span>Most, $</span><input id={`${id}-m${index}`} inputMode="decimal" value={leg.most} onChange={(event) => change(index, { most: event.target.value })} /></label>
              </div>
              <span className="row leg-buttons">
                {index > 0 && <button type="button" className="link-button small" onClick={() => first(index)}>Fill earlier</button>}
                {draft.legs.length > 1 && <button type="button" className="link-button small" onClick={() => { onChange(draft.legs.filter((_, each) => each !== index)); setTold(`Leg ${index + 1} is taken out`); }}>Take out</button>}
              </span>
            </li>
          );
        })}
      </ol>
      {draft.legs.length < 5 && carriers.length > 0 && <div><button type="button" className="button small" onClick={add}>Add a leg</button></div>}
      <p className="sr" role="status">{told}</p>
    </section>
  );
}
