import { z } from 'zod';

const tolerance = z.object({ rel: z.number().min(0).optional(), abs: z.number().min(0).optional() });

/** A file of golden values: cases with inputs, what is expected of them, and how far a result may be from it. */
export const goldenFile = z.object({
  schema: z.literal('golden/1'),
  count: z.number().int().min(1),
  cases: z.array(z.object({
    id: z.string().min(1), type: z.string().min(1), inputs: z.unknown(),
    expected: z.record(z.string(), z.unknown()).refine((expected) => Object.keys(expected).length > 0, 'at least one expected value'),
    tolerance: z.record(z.string(), tolerance).default({}),
  })),
}).refine(({ count, cases }) => count === cases.length, { path: ['count'], message: 'the number of cases in the file' });

export type GoldenFile = z.infer<typeof goldenFile>;
export type GoldenCase = GoldenFile['cases'][number];
export type Tolerance = z.infer<typeof tolerance>;

/** @throws GoldenFileInvalid that lists what was given and what is expected */
export function parseGoldenFile(text: string): GoldenFile {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new GoldenFileInvalid(`expected JSON: ${(error as Error).message}`);
  }
  const parsed = goldenFile.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new GoldenFileInvalid(parsed.error.issues.slice(0, 10).map(({ path, message }) => `${path.join('.') || '(file)'}: ${message}`).join('\n'));
}

export class GoldenFileInvalid extends Error {}
