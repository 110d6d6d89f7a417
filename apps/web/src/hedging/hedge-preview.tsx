import type { UnderlyingExposure } from '../api/types.js';
import { middleOf } from '../words/exposure.js';
import { amountOf } from '../words/entered.js';
import { dollars, size } from '../words/numbers.js';
import type { HedgeDraft } from './hedge-draft.js';

/** What the form would come to at today's price: the exposure that is left, and what a fall of 1% costs then. Estimates for reading; the service decides. */
export function previewOf(draft: HedgeDraft, exposure: UnderlyingExposure | null): { readonly before: number; readonly after: number; readonly lossBefore: number; readonly lossAfter: number } | null {
  const [before, price, most] = [middleOf(exposure?.before ?? null), Number(exposure?.priceUsd ?? '0'), Number(amountOf(draft.most) ?? 'NaN')];
  const share = Number(draft.share);
  if (before === null || !(price > 0) || !(before > 0) || !Number.isFinite(most)) return null;
  const wanted = draft.kind === 'full' || draft.kind === 'above-hf' ? (Number.isFinite(share) ? (before * Math.min(100, share)) / 100 : Number.NaN) : 0;
  if (!Number.isFinite(wanted)) return null;
  const after = before - Math.min(wanted, most / price);
  return { before, after, lossBefore: before * price * 0.01, lossAfter: after * price * 0.01 };
}

export function HedgePreview({ draft, exposure, underlying }: { draft: HedgeDraft; exposure: UnderlyingExposure | null; underlying: string }) {
  const preview = previewOf(draft, exposure);
  if (preview === null) return <section className="card"><p className="text2">What it comes to can be told once your exposure and today’s price are known.</p></section>;
  const { before, after, lossBefore, lossAfter } = preview;
  const when = draft.kind === 'above-hf' ? ` at a health of ${draft.fullAtHealth}` : '';
  const row = (name: string, coins: number, loss: number, kind: string) => (
    <div className="preview-row">
      <span>{name}</span>
      <div className={`preview-bar ${kind}`}><span style={{ width: `${((Math.max(0, coins) / before) * 100).toFixed(1)}%` }} /></div>
      <b className="num">{dollars(loss.toFixed(8), 'up')}</b>
      <span className="small text2 num">{size(coins.toFixed(8))} {underlying}</span>
    </div>
  );
  return (
    <section className="card stack" style={{ gap: 12 }}>
      <h2>What a 1% fall then costs{when}</h2>
      <div className="preview" role="img" aria-label={`${dollars(lossAfter.toFixed(8), 'up')} with the hedge instead of ${dollars(lossBefore.toFixed(8), 'up')} without it`}>
        {row('Without', before, lossBefore, 'total')}
        {row('With it', after, lossAfter, 'hedged')}
      </div>
      {draft.kind === 'tail' && <p className="small text2">Puts change little in a small fall; they pay in a deep one.</p>}
      <p className="small text3">At today’s price. A hedge does not raise the health of a loan: its profit lies at the venue, and only you can withdraw it.</p>
    </section>
  );
}
