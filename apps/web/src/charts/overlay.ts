import type { IPrimitivePaneRenderer, ISeriesPrimitive, SeriesAttachedParameter, Time, UTCTimestamp } from 'lightweight-charts';
import type { ChartPoint } from './resample.js';

export interface ActionMark {
  /** Chain time of the grid's step, unix seconds. */
  readonly time: number;
  readonly words: string;
  readonly failed: boolean;
}

interface Shown {
  readonly points: readonly ChartPoint[];
  readonly actsAt: number | null;
  readonly marks: readonly ActionMark[];
  readonly colours: { readonly danger: string; readonly text: string; readonly surface: string; readonly act: string };
  readonly font: string;
}
interface Spot {
  readonly x: number;
  readonly y: number;
}
type Context = CanvasRenderingContext2D;

const SPACING = 9;
const MARK = 14;

/** What the series cannot draw: the hatch under the liquidation line, the lines' names, and what Ballast did as marked squares. */
export class Overlay implements ISeriesPrimitive<Time> {
  private attachedTo: SeriesAttachedParameter<Time> | null = null;
  private shown: Shown = { points: [], actsAt: null, marks: [], colours: { danger: '#000', text: '#000', surface: '#fff', act: '#000' }, font: '12px sans-serif' };

  attached(parameter: SeriesAttachedParameter<Time>): void {
    this.attachedTo = parameter;
  }
  detached(): void {
    this.attachedTo = null;
  }
  show(change: Partial<Shown>): void {
    this.shown = { ...this.shown, ...change };
    this.attachedTo?.requestUpdate();
  }
  /** Keeps the line where Ballast acts on the picture. */
  autoscaleInfo() {
    const { actsAt } = this.shown;
    return actsAt === null ? null : { priceRange: { minValue: actsAt, maxValue: actsAt } };
  }
  paneViews() {
    return [
      { zOrder: () => 'bottom' as const, renderer: () => this.hatch() },
      { zOrder: () => 'top' as const, renderer: () => this.names() },
    ];
  }

  private x(time: number): number | null {
    return this.attachedTo?.chart.timeScale().timeToCoordinate(time as UTCTimestamp) ?? null;
  }
  private y(price: number | null): number | null {
    return price === null ? null : (this.attachedTo?.series.priceToCoordinate(price) ?? null);
  }
  private steps(): Spot[] {
    return this.shown.points.flatMap((point) => {
      const [x, y] = [this.x(point.time), this.y(point.liquidation)];
      return x === null || y === null ? [] : [{ x, y }];
    });
  }

  private hatch(): IPrimitivePaneRenderer {
    const steps = this.steps();
    const colour = this.shown.colours.danger;
    return {
      draw: (target) =>
        target.useMediaCoordinateSpace(({ context, mediaSize: { width, height } }) => {
          const [first, last] = [steps[0], steps.at(-1)];
          if (!first || !last) return;
          context.save();
          context.beginPath();
          context.moveTo(first.x, height);
          let before = first;
          for (const step of steps) {
            context.lineTo(step.x, before.y);
            context.lineTo(step.x, step.y);
            before = step;
          }
          context.lineTo(last.x, height);
          context.closePath();
          context.clip();
          context.globalAlpha = 0.34;
          context.strokeStyle = colour;
          context.lineWidth = 1;
          context.beginPath();
          for (let x = -height; x < width; x += SPACING) {
            context.moveTo(x, height);
            context.lineTo(x + height, 0);
          }
          context.stroke();
          context.restore();
        }),
    };
  }

  private names(): IPrimitivePaneRenderer {
    const { colours, font, marks, points } = this.shown;
    const steps = this.steps();
    const [first, last] = [steps[0], steps.at(-1)];
    const acts = this.y(this.shown.actsAt);
    const placed = marks.flatMap((mark) => {
      const [x, y] = [this.x(mark.time), this.y(points.find((point) => point.time === mark.time)?.price ?? null)];
      return x === null || y === null ? [] : [{ mark, x, y }];
    });
    return {
      draw: (target) =>
        target.useMediaCoordinateSpace(({ context, mediaSize }) => {
          context.font = font;
          if (first) write(context, 'Liquidation', Math.max(6, first.x + 6), first.y > mediaSize.height - 24 ? first.y - 7 : first.y + 17, colours.danger, colours.surface);
          if (acts !== null) write(context, 'Ballast acts', mediaSize.width - 84, acts > mediaSize.height - 24 || (last !== undefined && last.y > acts && last.y < acts + 26) ? acts - 7 : acts + 16, colours.text, colours.surface);
          let free = Number.NEGATIVE_INFINITY;
          for (const { mark, x, y } of placed) {
            const colour = mark.failed ? colours.danger : colours.act;
            const top = Math.max(4, y - 34);
            context.strokeStyle = colour;
            context.lineWidth = 1.5;
            context.beginPath();
            context.moveTo(x, top + MARK);
            context.lineTo(x, y - 4);
            context.stroke();
            drawMark(context, x, top, colour, colours.surface, mark.failed);
            // Words only where they cover no other words: the list below has them all.
            const width = context.measureText(mark.words).width;
            const right = x + MARK / 2 + 5;
            if (right < free || right + width > mediaSize.width) continue;
            write(context, mark.words, right, top + 11, colour, colours.surface);
            free = right + width + 10;
          }
        }),
    };
  }
}

function write(context: Context, words: string, x: number, y: number, colour: string, halo: string): void {
  context.lineWidth = 4;
  context.lineJoin = 'round';
  context.strokeStyle = halo;
  context.strokeText(words, x, y);
  context.fillStyle = colour;
  context.fillText(words, x, y);
}

function drawMark(context: Context, x: number, top: number, colour: string, ink: string, failed: boolean): void {
  context.fillStyle = colour;
  context.beginPath();
  context.roundRect(x - MARK / 2, top, MARK, MARK, 3);
  context.fill();
  context.strokeStyle = ink;
  context.lineWidth = 1.8;
  context.beginPath();
  if (failed) {
    context.moveTo(x - 3, top + 4);
    context.lineTo(x + 3, top + 10);
    context.moveTo(x + 3, top + 4);
    context.lineTo(x - 3, top + 10);
  } else {
    context.moveTo(x - 3.5, top + 7);
    context.lineTo(x - 1, top + 9.5);
    context.lineTo(x + 3.5, top + 4.5);
  }
  context.stroke();
}
