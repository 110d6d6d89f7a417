import { ColorType, CrosshairMode, LineSeries, LineStyle, LineType, createChart, type IChartApi, type ISeriesApi, type UTCTimestamp } from 'lightweight-charts';
import { useEffect, useRef } from 'react';
import { useTheme } from '../shell/theme.js';
import { dollars } from '../words/numbers.js';
import { Overlay, type ActionMark } from './overlay.js';
import type { ChartPoint } from './resample.js';

export interface PriceChartProps {
  readonly points: readonly ChartPoint[];
  readonly actsAt: number | null;
  readonly marks: readonly ActionMark[];
  readonly label: string;
}

type PriceLine = ReturnType<ISeriesApi<'Line'>['createPriceLine']>;
interface Drawn {
  readonly chart: IChartApi;
  readonly price: ISeriesApi<'Line'>;
  readonly liquidation: ISeriesApi<'Line'>;
  readonly overlay: Overlay;
  tags: PriceLine[];
}

const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const written = (side: 'nearest' | 'up') => ({ type: 'custom' as const, minMove: 0.01, formatter: (price: number) => dollars(price.toFixed(2), side) });
const lastKnown = (points: readonly ChartPoint[], pick: (point: ChartPoint) => number | null): number | null => [...points].reverse().map(pick).find((value) => value !== null) ?? null;

/** The canvas alone: it is mute, so its words and its table stand beside it (price-chart.tsx). */
export default function PriceChartCanvas({ points, actsAt, marks, label }: PriceChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn | null>(null);
  const { shown } = useTheme();

  useEffect(() => {
    if (!box.current) return;
    const chart = createChart(box.current, {
      autoSize: true,
      // The library's own logo brings a style element, which our content policy refuses; its link stands in the caption instead.
      layout: { attributionLogo: false, background: { type: ColorType.Solid, color: 'transparent' }, fontSize: 11.5 },
      crosshair: { mode: CrosshairMode.Magnet },
      localization: { locale: 'en-GB' },
      rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.12, bottom: 0.08 } },
      timeScale: { borderVisible: false, timeVisible: true, secondsVisible: false, rightOffset: 2, fixLeftEdge: true, fixRightEdge: true },
      handleScroll: { vertTouchDrag: false },
    });
    const series = { lineWidth: 2, priceLineVisible: false, lastValueVisible: false, crosshairMarkerRadius: 4 } as const;
    const price = chart.addSeries(LineSeries, { ...series, priceFormat: written('nearest') });
    const liquidation = chart.addSeries(LineSeries, { ...series, lineType: LineType.WithSteps, priceFormat: written('up') });
    const overlay = new Overlay();
    liquidation.attachPrimitive(overlay);
    drawn.current = { chart, price, liquidation, overlay, tags: [] };
    return () => {
      drawn.current = null;
      chart.remove();
    };
  }, []);

  useEffect(() => {
    const now = drawn.current;
    if (!now) return;
    const label = { color: token('edge'), labelBackgroundColor: token('raised') };
    now.chart.applyOptions({ layout: { textColor: token('text3'), fontFamily: token('face') }, grid: { vertLines: { visible: false }, horzLines: { color: token('line') } }, crosshair: { vertLine: label, horzLine: label } });
    now.price.applyOptions({ color: token('accent') });
    now.liquidation.applyOptions({ color: token('danger') });
    now.overlay.show({ colours: { danger: token('danger'), text: token('text'), surface: token('surface'), act: token('act') }, font: `500 12px ${token('face')}` });
  }, [shown]);

  useEffect(() => {
    const now = drawn.current;
    if (!now) return;
    const line = (pick: (point: ChartPoint) => number | null) => points.map((point) => ({ time: point.time as UTCTimestamp, ...(pick(point) === null ? {} : { value: pick(point) as number }) }));
    now.price.setData(line((point) => point.price));
    now.liquidation.setData(line((point) => point.liquidation));
    now.overlay.show({ points });
    now.chart.timeScale().fitContent();
  }, [points]);

  useEffect(() => {
    const now = drawn.current;
    if (!now) return;
    for (const tag of now.tags) now.price.removePriceLine(tag);
    // The tags at the axis: dark text on a light tag and the other way round, as the theme's surfaces are.
    const tag = (value: number | null, colour: string): PriceLine[] =>
      value === null ? [] : [now.price.createPriceLine({ price: value, title: '', color: token(colour), lineVisible: false, axisLabelVisible: true, axisLabelColor: token(colour), axisLabelTextColor: token('on-accent') })];
    const act = actsAt === null ? [] : [now.price.createPriceLine({ price: Math.ceil(actsAt), title: '', color: token('text'), lineWidth: 2, lineStyle: LineStyle.Dashed, axisLabelVisible: true, axisLabelColor: token('text'), axisLabelTextColor: token('bg') })];
    const liquidation = points.at(-1)?.liquidation ?? null;
    now.tags = [...tag(lastKnown(points, (point) => point.price), 'accent'), ...tag(liquidation === null ? null : Math.ceil(liquidation), 'danger'), ...act];
    now.overlay.show({ actsAt });
  }, [actsAt, points, shown]);

  useEffect(() => drawn.current?.overlay.show({ marks }), [marks]);

  return <div ref={box} className="chart" role="img" aria-label={label} />;
}
