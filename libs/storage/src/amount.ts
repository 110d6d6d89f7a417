import type { Prisma } from './generated/prisma/client.js';

/** A Decimal(78,0) column as a bigint of the unit that the column's name says. */
export const whole = <Q extends bigint>(value: Prisma.Decimal): Q => BigInt(value.toFixed(0)) as Q;

export const wholeOrNull = <Q extends bigint>(value: Prisma.Decimal | null): Q | null => (value === null ? null : whole<Q>(value));

/** A bigint as Prisma takes it for a Decimal column. */
export const toDecimal = (value: bigint): string => value.toString();

export const toDecimalOrNull = (value: bigint | null): string | null => (value === null ? null : value.toString());
