import type { CookieOptions } from 'express';

export const SESSION_COOKIE = 'ballast_session';

/** Not readable by scripts, not sent from other sites, and over https alone where the service has it. */
export function sessionCookieOptions(publicUrl: string): CookieOptions {
  return { httpOnly: true, sameSite: 'strict', secure: publicUrl.startsWith('https:'), path: '/v1' };
}
