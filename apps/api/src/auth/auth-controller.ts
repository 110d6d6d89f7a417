import { Body, Controller, Get, HttpCode, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { SignInStore, type SessionRecord } from '@ballast/storage';
import { routes } from '../contract/routes.js';
import type * as contract from '../contract/schemas.js';
import type { Env } from '../env.js';
import { RateLimit } from '../http/rate-limit.js';
import { ZodPipe } from '../http/zod-pipe.js';
import { SignInRefused } from '../problems/api-errors.js';
import { ENV } from '../tokens.js';
import { shownAddress } from '../views/text.js';
import { SESSION_COOKIE, sessionCookieOptions } from './session-cookie.js';
import { SessionGuard, sessionToken } from './session-guard.js';
import { STATEMENT, domainOf, verifySignIn } from './sign-in-message.js';

const NONCE_MINUTES = 10;
type SessionView = z.infer<typeof contract.session>;

const sessionView = (session: SessionRecord | null): SessionView =>
  session === null ? { address: null, chainId: null, expiresAt: null } : { address: shownAddress(session.address), chainId: session.chainId, expiresAt: session.expiresAt.toISOString() };

/** Sign-In with Ethereum (EIP-4361): a nonce of ours, a message signed by the wallet, a session in a cookie. */
@Controller('auth')
export class AuthController {
  private readonly limit = new RateLimit(120, 60);

  constructor(@Inject(ENV) private readonly env: Env, @Inject(SignInStore) private readonly signIns: SignInStore) {}

  @Post('nonce')
  @HttpCode(200)
  async nonce(@Req() request: Request): Promise<z.infer<typeof contract.nonceAnswer>> {
    this.limit.take(request.ip ?? 'unknown');
    const expiresAt = new Date(Date.now() + NONCE_MINUTES * 60_000);
    const nonce = await this.signIns.issueNonce(expiresAt);
    return { nonce, expiresAt: expiresAt.toISOString(), domain: domainOf(this.env.publicUrl), uri: this.env.publicUrl, chainId: this.env.rpc.chainId, statement: STATEMENT };
  }

  @Post('sign-in')
  @HttpCode(200)
  async signIn(
    @Body(new ZodPipe(routes.signIn.body)) body: z.infer<typeof routes.signIn.body>, @Req() request: Request, @Res({ passthrough: true }) response: Response,
  ): Promise<SessionView> {
    this.limit.take(request.ip ?? 'unknown');
    const now = new Date();
    const { address, nonce } = await verifySignIn(body.message, body.signature, { publicUrl: this.env.publicUrl, chainId: this.env.rpc.chainId, now: now.getTime() });
    if (!(await this.signIns.useNonce(nonce, now))) throw new SignInRefused('nonce-refused', `the nonce ${nonce}`, `one that we gave out less than ${NONCE_MINUTES} minutes ago and that was not used yet`);
    const session: SessionRecord = { address, chainId: this.env.rpc.chainId, expiresAt: new Date(now.getTime() + this.env.sessionHours * 3_600_000) };
    const token = await this.signIns.openSession(session);
    response.cookie(SESSION_COOKIE, token, { ...sessionCookieOptions(this.env.publicUrl), expires: session.expiresAt });
    return sessionView(session);
  }

  @Post('sign-out')
  @HttpCode(204)
  @UseGuards(SessionGuard)
  async signOut(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    const token = sessionToken(request);
    if (token !== null) await this.signIns.closeSession(token);
    response.clearCookie(SESSION_COOKIE, sessionCookieOptions(this.env.publicUrl));
  }

  @Get('session')
  async session(@Req() request: Request): Promise<SessionView> {
    const token = sessionToken(request);
    return sessionView(token === null ? null : await this.signIns.session(token, new Date()));
  }
}
