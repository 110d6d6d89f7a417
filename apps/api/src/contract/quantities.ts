import { z } from 'zod';

/** How quantities are written: money and amounts as decimal text, times in UTC. */
export const decimal = z.string().regex(/^-?\d{1,78}(\.\d{1,36})?$/, 'a decimal number as text, like "1.25"').meta({ description: 'decimal number as text', example: '20000.00' });
export const integer = z.string().regex(/^\d{1,78}$/, 'a whole number as text, like "20000"').meta({ description: 'whole number as text', example: '20000000000' });
export const time = z.iso.datetime().meta({ description: 'ISO 8601, UTC' });
export const addressText = z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'an EVM address: 0x and 40 hex digits').meta({ description: 'EVM address', example: '0x7a3e00000000000000000000000000000000cafe' });
export const hashText = z.string().regex(/^0x[0-9a-fA-F]{64}$/, '32 bytes: 0x and 64 hex digits');
export const signatureText = z.string().regex(/^0x[0-9a-fA-F]{130}$/, 'a signature of 65 bytes: 0x and 130 hex digits');
export const hexText = z.string().regex(/^0x[0-9a-fA-F]*$/);
