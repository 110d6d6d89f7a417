import { scaleLinear } from 'd3-scale';
import { curveStepAfter, line } from 'd3-shape';
import { useEffect, useRef, useState } from 'react';
import { dollars } from '../words/numbers.js';
import type { ChartMoment } from './chart-data.js';
import type { DemoState } from './types.js';

const MARGIN = { top: 16, right: 70, bottom: 26, left: 4 };

/** One price for both accounts, and for each the line under which it may be liquidated. The path to come is drawn faint. */
export function ReplayChart({ state, kept, twin }: { state: DemoState; kept: readonly ChartMoment[]; twin: readonly ChartMoment[] }) {
  const box = useRef<SVGSVGElement>(null);
  const [size, setSize] = useState({ width: 900, height: 300 });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const path = state.path.map((point) => ({ hour: point.hour + 1, label: point.label, price: Number(point.priceUsd) }));
  const start = state.startPriceUsd === null ? path[0]?.price : Number(state.startPriceUsd);
  if (path.length === 0 || start === undefined) return <p className="chart-wait">The path is being prepared.</p>;
  const whole = [{ hour: 0, label: '', price: start }, ...path];
  const hours = state.hours;
  const done = state.phase === 'done';
  const moving = state.phase === 'playing';
  const priceNow = state.priceUsd === null ? start : Number(state.priceUsd);
  const travelled = lived(whole, kept.length >= twin.length ? kept : twin, state, priceNow);
  const lines = [...kept, ...twin].map((moment) => moment.liquidation).filter((value): value is number => value !== null);
  const prices = [...whole.map((point) => point.price), ...lines];
  const x = scaleLinear([0, hours], [MARGIN.left, size.width - MARGIN.right]);
  const y = scaleLinear([Math.min(...prices) * 0.95, Math.max(...prices) * 1.03], [size.height - MARGIN.bottom, MARGIN.top]);
  const price = line<{ hour: number; price: number }>((point) => x(point.hour), (point) => y(point.price));
  const steps = line<ChartMoment>((moment) => x(moment.hour), (moment) => y(moment.liquidation ?? 0)).curve(curveStepAfter).defined((moment) => moment.liquidation !== null);
  const nowAt = travelled.at(-1) ?? { hour: 0, price: start };
  const every = size.width < 560 ? 12 : 6;
  const ticks = path.filter((point) => (point.hour - 1) % every === 0);
  const twinLine = lastOf(twin);
  const keptLine = lastOf(kept);
  return (
    <figure>
      <svg ref={box} className="play-chart" role="img" aria-label={`ETH price on the path of March 2020, ${dollars(String(priceNow))} now. As a table below.`}>
        <defs>
          <pattern id="hatch" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0v9" stroke="var(--danger)" strokeWidth="1" opacity=".45" /></pattern>
        </defs>
        {y.ticks(5).map((tick) => (
          <g key={tick}>
            <line x1={MARGIN.left} x2={size.width - MARGIN.right} y1={y(tick)} y2={y(tick)} stroke="var(--line)" opacity=".7" />
            <text x={size.width - MARGIN.right + 8} y={y(tick) + 4} opacity={Math.abs(y(tick) - y(nowAt.price)) < 17 ? 0 : 1}>{tick.toLocaleString('en-US')}</text>
          </g>
        ))}
        {ticks.map((point) => <text key={point.hour} x={x(point.hour - 1)} y={size.height - 6} textAnchor={point.hour === 1 ? 'start' : 'middle'}>{point.label}</text>)}
        {twin.length > 1 && <path d={`${steps([...twin]) ?? ''} L${x(twin.at(-1)?.hour ?? 0)},${y.range()[0]} L${x(twin[0]?.hour ?? 0)},${y.range()[0]} Z`} fill="url(#hatch)" opacity=".6" />}
        <path d={price(whole) ?? ''} fill="none" stroke="var(--text3)" strokeWidth="1.2" strokeDasharray="2 4" opacity={done ? 0 : 0.9} />
        {twin.length > 1 && <path d={steps([...twin]) ?? ''} fill="none" stroke="var(--danger)" strokeWidth="2" />}
        {kept.length > 1 && <path d={steps([...kept]) ?? ''} fill="none" stroke="var(--safe)" strokeWidth="2" />}
        <path d={price(travelled) ?? ''} fill="none" stroke="var(--accent)" strokeWidth="2" strokeLinejoin="round" />
        {moving && <line x1={x(nowAt.hour)} x2={x(nowAt.hour)} y1={MARGIN.top} y2={size.height - MARGIN.bottom} stroke="var(--edge)" />}
        <circle cx={x(nowAt.hour)} cy={y(nowAt.price)} r="5" fill="var(--accent)" stroke="var(--surface)" strokeWidth="2" />
        {twinLine !== null && twin.length > 1 && <Named words="liquidation, without Ballast" x={x(twin[0]?.hour ?? 0) + 6} y={y(twin[0]?.liquidation ?? twinLine) - 7} colour="var(--danger)" />}
        {keptLine !== null && kept.length > 1 && keptLine !== twinLine && <Named words="with Ballast" x={x(kept.at(-1)?.hour ?? 0) - 6} y={y(keptLine) + 16} colour="var(--safe)" end />}
        <Tag y={y(nowAt.price)} x={size.width - MARGIN.right + 3} text={dollars(String(nowAt.price))} colour="var(--accent)" />
      </svg>
      <p className="legend" style={{ padding: '6px 0 0' }}>
        <span><i style={{ width: 16, height: 2, background: 'var(--accent)' }} />ETH price, {state.scenario.source}, scaled</span>
        <span><i style={{ width: 16, height: 2, background: 'var(--danger)' }} />liquidation price without Ballast</span>
        <span><i style={{ width: 16, height: 2, background: 'var(--safe)' }} />with Ballast</span>
      </p>
      <details>
        <summary className="small text2">Show as table</summary>
        <div className="table-scroll" tabIndex={0} role="region" aria-label="The path as a table">
          <table className="table plain">
            <thead><tr><th scope="col">Hour</th><th scope="col" className="end">ETH price at its end</th></tr></thead>
            <tbody>{path.map((point) => <tr key={point.hour}><td>{point.label}</td><td className="end">{dollars(String(point.price))}</td></tr>)}</tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

const lastOf = (moments: readonly ChartMoment[]): number | null => [...moments].reverse().find((moment) => moment.liquidation !== null)?.liquidation ?? null;

/** The part of the price line that has happened: as it was seen block by block, else by whole hours. */
function lived(whole: readonly { hour: number; price: number }[], seen: readonly ChartMoment[], state: DemoState, priceNow: number): { hour: number; price: number }[] {
  if (state.phase === 'idle' || state.phase === 'preparing') return [{ hour: 0, price: whole[0]?.price ?? priceNow }];
  const told = seen.filter((moment): moment is ChartMoment & { price: number } => moment.price !== null);
  if (told.length > 10) return told;
  const hour = state.phase === 'done' ? state.hours : state.hour;
  const past = whole.filter((point) => point.hour <= hour);
  return state.phase === 'done' ? past : [...past, { hour: Math.min(state.hours, state.hour + 0.5), price: priceNow }];
}

function Named({ words, x, y, colour, end = false }: { words: string; x: number; y: number; colour: string; end?: boolean }) {
  return <text x={x} y={y} textAnchor={end ? 'end' : 'start'} style={{ fill: colour, fontWeight: 500, paintOrder: 'stroke', stroke: 'var(--surface)', strokeWidth: 4 }}>{words}</text>;
}

function Tag({ x, y, text, colour }: { x: number; y: number; text: string; colour: string }) {
  return (
    <g>
      <rect x={x} y={y - 10} width="60" height="20" rx="3" fill={colour} />
      <text x={x + 7} y={y + 4} style={{ fill: 'var(--on-accent)', fontWeight: 600 }}>{text}</text>
    </g>
  );
}
