import type { GreeksConvention, OptionGreeks } from '@ballast/positions';
import { z } from 'zod';
import { shapeOf } from './shape.js';

/** Statistics may be floats; JSON has no others than finite ones. */
export const statistic = z.number();

const convention = shapeOf<GreeksConvention>()(z.object({ delta: z.enum(['BS', 'PA']), unit: z.enum(['coin', 'usd']), vegaPer: z.literal('vol-point'), thetaPer: z.literal('day') }));
export const greeks = shapeOf<OptionGreeks>()(z.object({ convention, delta: statistic, gamma: statistic, vega: statistic, theta: statistic }));
