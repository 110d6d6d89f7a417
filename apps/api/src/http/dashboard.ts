import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';

const isPage = (path: string): boolean => !/^\/v1(\/|$)/.test(path) && !/\.[^/]*$/.test(path);

const REVOKE_PAGE = 'revoke.html';

/**
 * The revoke page is one file that needs no server: it carries its own content policy (its script by hash, any RPC address that its
 * reader gives), and the header must not be a narrower one. Null when the page was not built.
 */
function policyOfRevokePage(webDir: string): string | null {
  try {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(readFileSync(join(webDir, REVOKE_PAGE), 'utf8'))?.[1];
    return policy === undefined ? null : `${policy}; frame-ancestors 'none'`;
  } catch {
    return null;
  }
}

/** Serves the built dashboard: files named by their content for a year, and the page itself for every address that is a page's. */
export function serveDashboard(app: NestExpressApplication, webDir: string): void {
  const revokePolicy = policyOfRevokePage(webDir);
  app.useStaticAssets(webDir, {
    index: false, redirect: false, dotfiles: 'ignore',
    setHeaders: (response: Response, path: string) => {
      response.setHeader('cache-control', /[\\/]assets[\\/]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
      if (basename(path) === REVOKE_PAGE && revokePolicy !== null) response.setHeader('content-security-policy', revokePolicy);
    },
  });
  app.use((request: Request, response: Response, next: NextFunction) => {
    if ((request.method !== 'GET' && request.method !== 'HEAD') || !isPage(request.path)) return next();
    response.setHeader('cache-control', 'no-cache');
    response.sendFile(join(webDir, 'index.html'), (error) => (error === undefined || response.headersSent ? undefined : next(error)));
  });
}
