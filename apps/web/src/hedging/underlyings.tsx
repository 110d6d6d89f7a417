import type { UnderlyingExposure } from '../api/types.js';
import { intervalInWords } from '../words/exposure.js';
import { dollars, negate, signed, signedCents } from '../words/numbers.js';

/** A float of the service as decimal text; null where there is none. */
const text = (value: number | null): string | null => (value === null || !Number.isFinite(value) ? null : value.toFixed(6));
const fall = (loss: string | null): string => (loss === null ? '—' : loss.startsWith('-') ? `+${dollars(negate(loss), 'down')}` : dollars(loss, 'up'));

/** Each underlying before and after its hedge, and what a move of it does. */
export function UnderlyingsTable({ underlyings, chosen, onChoose }: { underlyings: readonly UnderlyingExposure[]; chosen: string; onChoose: (underlying: string) => void }) {
  const missing = [...new Set(underlyings.flatMap((each) => each.missing))];
  return (
    <section className="card flush">
      <h2 style={{ padding: '14px 18px 6px' }}>All underlyings</h2>
      <table className="table underlyings">
        <thead>
          <tr>
            <th scope="col">Asset</th><th scope="col" className="end">Before</th><th scope="col" className="end wide">Hedge</th><th scope="col" className="end">After</th><th scope="col" className="end">1% fall costs</th>
            <th scope="col" className="end wide" title="How much the exposure changes when the price moves by 1%">Gamma, per 1%</th><th scope="col" className="end wide">Carry, a day</th>
          </tr>
        </thead>
        <tbody>
          {underlyings.map((each) => (
            <tr key={each.underlying}>
              <th scope="row"><button type="button" className="link-button plain-link" aria-pressed={each.underlying === chosen} onClick={() => onChoose(each.underlying)}>{each.underlying}</button></th>
              <td className="end">{intervalInWords(each.before)}</td>
              <td className="end wide">{intervalInWords(each.hedge)}</td>
              <td className="end strong">{intervalInWords(each.after)}</td>
              <td className="end">{fall(each.onePercentFallUsd)}</td>
              <td className="end wide">{signed(text(each.gammaPerPercent))}</td>
              <td className="end wide">{signedCents(text(each.carryUsdADay))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {missing.length > 0 && <p className="small text2" style={{ padding: '8px 18px 14px' }}>Left out of gamma and carry, for it could not be worked out: {missing.join('; ')}.</p>}
    </section>
  );
}
