import { Inject, Injectable, createParamDecorator, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { SignInStore, type SessionRecord } from '@ballast/storage';
import { NotSignedIn, ForeignAccount } from '../problems/api-errors.js';
import { shownAddress } from '../views/text.js';
import { SESSION_COOKIE } from './session-cookie.js';

type SignedInRequest = Request & { session?: SessionRecord };

export function sessionToken(request: Request): string | null {
  const token: unknown = (request.cookies as Record<string, unknown> | undefined)?.[SESSION_COOKIE];
  return typeof token === 'string' && token !== '' && token.length <= 200 ? token : null;
}

async function sessionOf(request: Request, signIns: SignInStore): Promise<SessionRecord | null> {
  const token = sessionToken(request);
  return token === null ? null : signIns.session(token, new Date());
}

/** Lets a request pass that carries a living session. @throws NotSignedIn */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(@Inject(SignInStore) private readonly signIns: SignInStore) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<SignedInRequest>();
    const session = await sessionOf(request, this.signIns);
    if (session === null) throw new NotSignedIn();
    request.session = session;
    return true;
  }
}

/** Lets every request pass and keeps its session where it carries a living one: for what shows more to its owner. */
@Injectable()
export class SessionIfAny implements CanActivate {
  constructor(@Inject(SignInStore) private readonly signIns: SignInStore) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<SignedInRequest>();
    const session = await sessionOf(request, this.signIns);
    if (session !== null) request.session = session;
    return true;
  }
}

/** The session that SessionIfAny found; null where there is none. */
export const SessionOrNull = createParamDecorator((_data: unknown, context: ExecutionContext): SessionRecord | null => context.switchToHttp().getRequest<SignedInRequest>().session ?? null);

/** The session that SessionGuard let in. */
export const CurrentSession = createParamDecorator((_data: unknown, context: ExecutionContext): SessionRecord => {
  const { session } = context.switchToHttp().getRequest<SignedInRequest>();
  if (session === undefined) throw new NotSignedIn();
  return session;
});

/** @throws ForeignAccount unless the session is the account's own */
export function requireOwn(session: SessionRecord, account: string): void {
  if (session.address !== account) throw new ForeignAccount('foreign-account', shownAddress(session.address), shownAddress(account));
}
