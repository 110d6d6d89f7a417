import {
  ColorType, CrosshairMode, LineSeries, LineStyle, LineType, createChart, createSeriesMarkers,
  type IChartApi, type IPrimitivePaneRenderer, type ISeriesApi, type ISeriesMarkersPluginApi, type ISeriesPrimitive, type SeriesAttachedParameter, type Time, type UTCTimestamp,
} from 'lightweight-charts';
import { useEffect, useRef } from 'react';
import { useTheme } from '../shell/theme.js';
import { dollars } from '../words/numbers.js';
import type { ChartPoint } from './resample.js';

export interface ActionMark {
  readonly time: number;
  readonly words: string;
  readonly failed: boolean;
}
export interface PriceChartProps {
  readonly points: readonly ChartPoint[];
  readonly actsAt: number | null;
  readonly marks: readonly ActionMark[];
  readonly label: string;
}

/** The coordinates in the media space of the pane. */
interface Step {
  readonly x: number;
  readonly y: number;
}

/** Hatches everything under the liquidation line: there the protocol may sell. Also writes the lines' names on them. */
class Hatch implements ISeriesPrimitive<Time> {
  private attachedTo: SeriesAttachedParameter<Time> | null = null;
  points: readonly ChartPoint[] = [];
  actsAt: number | null = null;
  colours = { danger: '#000', text: '#000', surface: '#fff' };
  font = '12px sans-serif';

  attached(parameter: SeriesAttachedParameter<Time>): void {
    this.attachedTo = parameter;
  }
  detached(): void {
    this.attachedTo = null;
  }
  redraw(): void {
    this.attachedTo?.requestUpdate();
  }
  autoscaleInfo() {
    return this.actsAt === null ? null : { priceRange: { minValue: this.actsAt, maxValue: this.actsAt } };
  }
  paneViews() {
    return [{ zOrder: () => 'bottom' as const, renderer: () => this.renderer() }];
  }

  private steps(): Step[] {
    const attached = this.attachedTo;
    if (!attached) return [];
    const scale = attached.chart.timeScale();
    const steps: Step[] = [];
    for (const point of this.points) {
      const x = scale.timeToCoordinate(point.time as UTCTimestamp);
      const y = point.liquidation === null ? null : attached.series.priceToCoordinate(point.liquidation);
      if (x !== null && y !== null) steps.push({ x, y });
    }
    return steps;
  }

  private renderer(): IPrimitivePaneRenderer {
    const steps = this.steps();
    const acts = this.actsAt === null ? null : (this.attachedTo?.series.priceToCoordinate(this.actsAt) ?? null);
    const { colours, font } = this;
    return {
      draw: (target) =>
        target.useMediaCoordinateSpace(({ context, mediaSize }) => {
          const last = steps.at(-1);
          const first = steps[0];
          if (first && last) {
            context.save();
            context.beginPath();
            context.moveTo(first.x, mediaSize.height);
            context.lineTo(first.x, first.y);
            let before = first;
            for (const step of steps) {
              context.lineTo(step.x, before.y);
              context.lineTo(step.x, step.y);
              before = step;
            }
            context.lineTo(last.x, mediaSize.height);
            context.closePath();
            context.clip();
            context.strokeStyle = colours.danger;
            context.globalAlpha = 0.34;
            context.lineWidth = 1;
            context.beginPath();
            for (let x = -mediaSize.height; x < mediaSize.width; x += 9) {
              context.moveTo(x, mediaSize.height);
              context.lineTo(x + mediaSize.height, 0);
            }
            context.stroke();
            context.restore();
          }
          const write = (words: string, x: number, y: number, colour: string): void => {
            context.font = font;
            context.lineWidth = 4;
            context.lineJoin = 'round';
            context.strokeStyle = colours.surface;
            context.strokeText(words, x, y);
            context.fillStyle = colour;
            context.fillText(words, x, y);
          };
          if (first && last) write('Liquidation', Math.max(6, first.x + 6), first.y - 7 < 14 ? first.y + 16 : first.y - 7, colours.danger);
          if (acts !== null) write('Ballast acts', Math.max(6, mediaSize.width - 86), acts + 16, colours.text);
        }),
    };
  }
}

interface Drawn {
  readonly chart: IChartApi;
  readonly price: ISeriesApi<'Line'>;
  readonly liquidation: ISeriesApi<'Line'>;
  readonly markers: ISeriesMarkersPluginApi<Time>;
  readonly hatch: Hatch;
  acts: ReturnType<ISeriesApi<'Line'>['createPriceLine']> | null;
}

const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** The canvas alone: it is mute, so its words and its table stand beside it (price-chart.tsx). */
export default function PriceChartCanvas({ points, actsAt, marks, label }: PriceChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn | null>(null);
  const { shown } = useTheme();

  useEffect(() => {
    if (!box.current) return;
    const chart = createChart(box.current, {
      autoSize: true,
      layout: { attributionLogo: false, background: { type: ColorType.Solid, color: 'transparent' }, fontFamily: token('face'), fontSize: 11.5 },
      crosshair: { mode: CrosshairMode.Magnet },
      localization: { locale: 'en-GB', priceFormatter: (price: number) => dollars(price.toFixed(2)) },
      rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.1, bottom: 0.06 } },
      timeScale: { borderVisible: false, timeVisible: true, secondsVisible: false, rightOffset: 2, fixLeftEdge: true, fixRightEdge: true },
      handleScroll: { vertTouchDrag: false },
    });
    const price = chart.addSeries(LineSeries, { lineWidth: 2, priceLineVisible: false, crosshairMarkerRadius: 4 });
    const liquidation = chart.addSeries(LineSeries, { lineWidth: 2, lineType: LineType.WithSteps, priceLineVisible: false });
    const hatch = new Hatch();
    liquidation.attachPrimitive(hatch);
    drawn.current = { chart, price, liquidation, hatch, markers: createSeriesMarkers(price), acts: null };
    return () => {
      drawn.current = null;
      chart.remove();
    };
  }, []);

  useEffect(() => {
    const now = drawn.current;
    if (!now) return;
    now.chart.applyOptions({ layout: { textColor: token('text3'), fontFamily: token('face') }, grid: { vertLines: { visible: false }, horzLines: { color: token('line') } }, crosshair: { vertLine: { color: token('edge'), labelBackgroundColor: token('raised') }, horzLine: { color: token('edge'), labelBackgroundColor: token('raised') } } });
    now.price.applyOptions({ color: token('accent') });
    now.liquidation.applyOptions({ color: token('danger') });
    now.hatch.colours = { danger: token('danger'), text: token('text'), surface: token('surface') };
    now.hatch.font = `500 12px ${token('face')}`;
    now.hatch.redraw();
  }, [shown]);

  useEffect(() => {
    const now = drawn.current;
    if (!now) return;
    const line = (pick: (point: ChartPoint) => number | null) => points.map((point) => ({ time: point.time as UTCTimestamp, ...(pick(point) === null ? {} : { value: pick(point) as number }) }));
    now.hatch.points = points;
    now.price.setData(line((point) => point.price));
    now.liquidation.setData(line((point) => point.liquidation));
    now.chart.timeScale().fitContent();
  }, [points]);

  useEffect(() => {
    const now = drawn.current;
    if (!now) return;
    now.hatch.actsAt = actsAt;
    if (now.acts) now.price.removePriceLine(now.acts);
    now.acts = actsAt === null ? null : now.price.createPriceLine({ price: actsAt, color: token('text'), lineWidth: 2, lineStyle: LineStyle.Dashed, axisLabelVisible: true, title: '', axisLabelTextColor: token('bg') });
    now.hatch.redraw();
  }, [actsAt, shown]);

  useEffect(() => {
    drawn.current?.markers.setMarkers(
      marks.map((mark) => ({ time: mark.time as UTCTimestamp, position: 'aboveBar', shape: 'square', color: token(mark.failed ? 'danger' : 'act'), text: mark.words, size: 1 })),
    );
  }, [marks, shown]);

  return <div ref={box} className="chart" role="img" aria-label={label} />;
}
