import type { BlockRange, KnownBlock } from '@ballast/positions';
import { z } from 'zod';
import { count, hash32 } from './quantities.js';
import { shapeOf } from './shape.js';

export const blockRanges = z.array(shapeOf<BlockRange>()(z.object({ from: count, to: count })));
export const knownBlocks = z.array(shapeOf<KnownBlock>()(z.object({ number: count, hash: hash32 })));
