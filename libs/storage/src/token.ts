import { createHash, randomBytes } from 'node:crypto';

/** 256 bits that nobody can guess, safe in links and cookies. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** What is stored of a token that only its holder needs to know. */
export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex');
