import { z } from 'zod';
import type { Prisma } from '../generated/prisma/client.js';
import { UnreadableValue } from '../errors.js';

/**
 * A domain value as a JSON column holds it: bigints as decimal strings.
 * @throws UnreadableValue for a number that JSON would turn into null
 */
export function toJson(value: object, where: string): Prisma.InputJsonObject {
  return JSON.parse(toJsonText(value, where)) as Prisma.InputJsonObject;
}

/** The same as text, for raw queries. */
export function toJsonText(value: object, where: string): string {
  return JSON.stringify(value, (key, entry: unknown) => {
    if (typeof entry === 'bigint') return entry.toString();
    if (typeof entry === 'string') return storableText(entry);
    if (typeof entry === 'number' && !Number.isFinite(entry)) throw new UnreadableValue(`${where}.${key}`, String(entry), 'a finite number');
    return entry;
  });
}

/** Text as PostgreSQL takes it: token symbols and revert reasons come from strangers and may hold NUL or broken surrogates. */
export function storableText(text: string): string {
  return Buffer.from(text.replaceAll('\u0000', ''), 'utf8').toString('utf8');
}

/** Reads a JSON column back. @throws UnreadableValue naming the column, the path in it, and what is expected */
export function fromJson<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UnreadableValue(`${where}.${issue?.path.join('.') ?? ''}`, 'a value of another shape', issue?.message ?? 'the stored shape');
}
