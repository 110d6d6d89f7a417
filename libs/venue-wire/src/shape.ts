import type { z } from 'zod';

/** Every key of every variant. */
type Keys<T> = T extends unknown ? keyof T : never;
type Covers<T, Output> = [T] extends [Output] ? ([Keys<T>] extends [Keys<Output>] ? unknown : never) : never;

/**
 * Returns the shape that reads a T back from JSON. Does not compile when it would refuse a variant of T or lose a field of it:
 * a type that grows elsewhere must grow here, or rows already written could not be read.
 */
export const shapeOf =
  <T>() =>
  <Output extends T>(shape: z.ZodType<Output> & Covers<T, Output>): z.ZodType<T> =>
    shape;
