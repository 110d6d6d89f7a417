import { Suspense, lazy, useMemo, useState } from 'react';
import type { Decision, Position, Sample } from '../api/types.js';
import { decisionTitle } from '../components/decision-record.js';
import { Segmented } from '../components/parts.js';
import { coinOf, liquidationSide, venueOf } from '../words/distance.js';
import { dollars, health } from '../words/numbers.js';
import { dateSeconds } from '../words/times.js';
import type { ActionMark } from './overlay.js';
import { gridTime, onEvenGrid } from './resample.js';

const Canvas = lazy(() => import('./price-chart-canvas.js'));

type Range = 'day' | 'week' | 'all';
const RANGES: ReadonlyArray<readonly [Range, string]> = [['day', '24 h'], ['week', '7 d'], ['all', 'All']];
const SECONDS: Record<Range, number> = { day: 86_400, week: 604_800, all: Number.POSITIVE_INFINITY };

/** The price, the line under which the protocol may sell, where Ballast acts, and what it did. By the chain's clock. */
export function PriceChart({ position, samples, decisions }: { position: Position; samples: readonly Sample[]; decisions: readonly Decision[] }) {
  const [range, setRange] = useState<Range>('all');
  const [table, setTable] = useState(false);
  const coin = coinOf(position);
  const shown = useMemo(() => {
    const end = Date.parse(samples.at(-1)?.chainTime ?? '') / 1_000;
    return samples.filter((sample) => Date.parse(sample.chainTime) / 1_000 >= end - SECONDS[range]);
  }, [samples, range]);
  const points = useMemo(() => onEvenGrid(shown), [shown]);
  const marks = useMemo<ActionMark[]>(() => {
    const start = points[0]?.time ?? Number.POSITIVE_INFINITY;
    return decisions
      .filter((decision) => decision.kind === 'act' && Date.parse(decision.chainTime) / 1_000 >= start)
      .map((decision) => ({ time: gridTime(points, Date.parse(decision.chainTime) / 1_000) ?? 0, words: decisionTitle(decision), failed: decision.intent?.failure != null }))
      .sort((left, right) => left.time - right.time);
  }, [decisions, points]);
  const acts = position.protection.actsAtPriceUsd;
  const price = samples.at(-1)?.priceUsd ?? null;
  const drawable = points.some((point) => point.price !== null);
  const venue = venueOf(position.protocol).name;
  const label = `${coin} price, ${dollars(price)} now. Liquidation at ${dollars(position.liquidationPriceUsd, liquidationSide(position))}.${acts === null ? '' : ` Ballast acts at ${dollars(acts, 'up')}.`} The same as a table: “Show as table”.`;
  return (
    <section className="card detail-chart">
      <div className="card-head" style={{ marginBottom: 8 }}>
        <div className="row"><h2>{coin === 'The price' ? 'Price' : `${coin} price`}</h2><span className="small text2">{venue}’s price {dollars(price)}</span></div>
        <div className="row">
          <Segmented name="price-range" label="Time shown" value={range} options={RANGES} onChange={setRange} />
          <button type="button" className="link-button small" aria-pressed={table} onClick={() => setTable(!table)}>{table ? 'Show as chart' : 'Show as table'}</button>
        </div>
      </div>
      {table ? <ChartTable samples={shown} /> : !drawable ? <p className="chart-wait">No price has been kept yet. The line begins with the next block.</p> : (
        <Suspense fallback={<p className="chart-wait">The chart is being loaded.</p>}>
          <Canvas points={points} actsAt={acts === null ? null : Number(acts)} marks={marks} label={label} />
        </Suspense>
      )}
      <p className="small text3" style={{ marginTop: 8 }}>Hatched: liquidation. Times are the chain’s, in UTC. <a className="text3" href="https://www.tradingview.com/" target="_blank" rel="noreferrer">Charts by TradingView</a></p>
    </section>
  );
}

function ChartTable({ samples }: { samples: readonly Sample[] }) {
  const newest = [...samples].reverse().slice(0, 200);
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label="Prices as a table">
      <table className="table plain">
        <caption className="sr">Newest first{samples.length > 200 ? ', the last 200' : ''}</caption>
        <thead><tr><th scope="col">Chain time, UTC</th><th scope="col" className="end">Price</th><th scope="col" className="end">Liquidation price</th><th scope="col" className="end">Health</th></tr></thead>
        <tbody>
          {newest.map((sample) => (
            <tr key={sample.blockNumber}>
              <td>{dateSeconds(sample.chainTime)}</td>
              <td className="end">{dollars(sample.priceUsd)}</td>
              <td className="end">{dollars(sample.liquidationPriceUsd, 'up')}</td>
              <td className="end">{health(sample.health)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
