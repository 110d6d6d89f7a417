import { scaleLinear, type ScaleLinear } from 'd3-scale';
import { useEffect, useId, useRef, useState } from 'react';
import type { Hedge, UnderlyingExposure } from '../api/types.js';
import { bandInWords } from '../words/exposure.js';
import { planWaterfall, type Bar } from './waterfall-plan.js';

const NARROW = 520;
const FILL: Record<Bar['kind'], string> = { part: 'var(--text3)', total: 'var(--accent)', hedge: 'var(--act)' };

/** The exposure in one underlying, part by part, before and after the hedge, with the band that it is kept in. */
export function Waterfall({ exposure, hedge }: { exposure: UnderlyingExposure; hedge: Hedge | null }) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(760);
  const id = useId().replace(/[^A-Za-z0-9]/g, '');
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    // A page that is being left has no width: what was drawn stays.
    const observer = new ResizeObserver(() => element.clientWidth > 0 && setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const { underlying } = exposure;
  const narrow = width < NARROW;
  const plan = planWaterfall(exposure, hedge, narrow ? 3 : 7);
  const oldLine = plan.bars.some(({ isOld }) => isOld) ? 14 : 0;
  const height = (narrow ? 300 : 380) + oldLine;
  const margin = { top: 26, right: 4, bottom: (narrow ? 42 : 30) + oldLine, left: 40 };
  const room = (plan.high - plan.low || 1) * 0.06;
  const y = scaleLinear([plan.low < 0 ? plan.low - room : 0, Math.max(plan.high, 0) + room], [height - margin.bottom, margin.top]);
  const step = (width - margin.left - margin.right) / plan.bars.length;
  const thick = Math.min(78, step * 0.68);
  const x = (index: number): number => margin.left + step * (index + 0.5);
  const band = hedge?.band ?? null;
  const centre = band === null ? null : (Number(band.low) + Number(band.high)) / 2;
  return (
    <section className="card waterfall">
      <div className="card-head">
        <h2>{hedge === null ? `Your ${underlying} exposure (delta)` : `Your ${underlying} exposure (delta), before and after the hedge`}</h2>
        {band !== null && <span className="small text2 band-legend"><i aria-hidden="true" />Your band {bandInWords(band, underlying)}</span>}
      </div>
      <div ref={box}>
        <svg width={width} height={height} role="img" aria-label={`${plan.bars.map(({ label, words }) => `${label} ${words}`).join(', ')} ${underlying}. As a table below.`}>
          <defs>
            <pattern id={`${id}hedge`} width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="7" height="7" fill="var(--act)" /><path d="M0 0v7" stroke="var(--surface)" strokeWidth="2" opacity=".38" /></pattern>
            <pattern id={`${id}gap`} width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0v8" stroke="var(--blind)" strokeWidth="1.2" opacity=".7" /></pattern>
          </defs>
          {y.ticks(4).map((tick) => (
            <g key={tick}>
              <line x1={margin.left} x2={width - margin.right} y1={y(tick)} y2={y(tick)} stroke={tick === 0 ? 'var(--edge)' : 'var(--line)'} opacity={tick === 0 ? 1 : 0.7} />
              <text className="axis" x={margin.left - 8} y={y(tick) + 4} textAnchor="end">{tick.toLocaleString('en-US').replace('-', '−')}</text>
            </g>
          ))}
          {band !== null && <BandStrip y={y} band={band} from={margin.left} to={width - margin.right} />}
          {plan.bars.map((bar, index) => (
            <g key={bar.key}>
              {bar.span !== null && index + 1 < plan.bars.length && <line x1={x(index) + thick / 2} x2={x(index + 1) - thick / 2} y1={y(bar.span.to)} y2={y(bar.span.to)} stroke="var(--text3)" strokeDasharray="2 3" />}
              <BarOf bar={bar} x={x(index)} thick={thick} y={y} fill={bar.kind === 'hedge' ? `url(#${id}hedge)` : FILL[bar.kind]} gap={`url(#${id}gap)`} />
              <Label text={bar.label} isOld={bar.isOld} x={x(index)} y={height - margin.bottom + 18} narrow={narrow} strong={bar.kind !== 'part'} />
            </g>
          ))}
          {centre !== null && <line className="band-centre" x1={margin.left} x2={width - margin.right} y1={y(centre)} y2={y(centre)} />}
          {plan.bars.map((bar, index) => <Value key={bar.key} bar={bar} x={x(index)} y={y} narrow={narrow} />)}
        </svg>
      </div>
      <details>
        <summary className="small text2">Show as table</summary>
        <table className="table plain">
          <thead><tr><th scope="col">Part</th><th scope="col" className="end">{underlying}</th></tr></thead>
          <tbody>{plan.bars.map(({ key, label, words, isOld }) => <tr key={key}><td>{label}{isOld && <span className="text3">, old</span>}</td><td className="end">{words}</td></tr>)}</tbody>
        </table>
      </details>
    </section>
  );
}

type Scale = ScaleLinear<number, number>;

function BandStrip({ y, band, from, to }: { y: Scale; band: NonNullable<Hedge['band']>; from: number; to: number }) {
  const [top, bottom] = [y(Number(band.high)), y(Number(band.low))];
  return (
    <g>
      <rect className="band-strip" x={from} width={to - from} y={top} height={Math.max(2, bottom - top)} />
      <line className="band-edge" x1={from} x2={to} y1={top} y2={top} />
      <line className="band-edge" x1={from} x2={to} y1={bottom} y2={bottom} />
    </g>
  );
}

function BarOf({ bar, x, thick, y, fill, gap }: { bar: Bar; x: number; thick: number; y: Scale; fill: string; gap: string }) {
  if (bar.span === null) return <rect x={x - thick / 2} width={thick} y={y.range()[1]} height={(y.range()[0] ?? 0) - (y.range()[1] ?? 0)} fill={gap} opacity=".5" />;
  const [top, bottom] = [Math.min(y(bar.span.from), y(bar.span.to)), Math.max(y(bar.span.from), y(bar.span.to))];
  return (
    <g opacity={bar.isOld ? 0.6 : 1}>
      <title>{`${bar.label} ${bar.words}${bar.isOld ? ', old' : ''}`}</title>
      <rect x={x - thick / 2} width={thick} y={top} height={Math.max(2, bottom - top)} rx="3" fill={fill} stroke={bar.isOld ? 'var(--text)' : undefined} strokeDasharray={bar.isOld ? '3 3' : undefined} />
      {bar.ends !== null && <path d={`M${x} ${y(bar.ends.low)}V${y(bar.ends.high)}M${x - 6} ${y(bar.ends.low)}h12M${x - 6} ${y(bar.ends.high)}h12`} stroke="var(--text)" strokeWidth="1.5" fill="none" />}
    </g>
  );
}

function Value({ bar, x, y, narrow }: { bar: Bar; x: number; y: Scale; narrow: boolean }) {
  const top = bar.span === null ? (y.range()[1] ?? 0) + 14 : Math.min(y(bar.span.from), y(bar.span.to), bar.ends === null ? Number.POSITIVE_INFINITY : y(bar.ends.high)) - 8;
  const lines = bar.words.length > (narrow ? 9 : 14) ? bar.words.split(' to ').map((part, index) => (index === 0 ? part : `to ${part}`)) : [bar.words];
  return (
    <text className="bar-value" x={x} textAnchor="middle">
      {lines.map((line, index) => <tspan key={line} x={x} y={top - (lines.length - 1 - index) * 14}>{line}</tspan>)}
    </text>
  );
}

function Label({ text, isOld, x, y, narrow, strong }: { text: string; isOld: boolean; x: number; y: number; narrow: boolean; strong: boolean }) {
  const words = text.split(' ');
  const lines = [...(narrow && words.length > 1 ? [words[0], words.slice(1).join(' ')] : [text]), ...(isOld ? ['old figures'] : [])];
  return (
    <text className={strong ? 'axis strong-axis' : 'axis'} x={x} textAnchor="middle">
      {lines.map((line, index) => <tspan key={index} x={x} y={y + index * 14}>{line}</tspan>)}
    </text>
  );
}
