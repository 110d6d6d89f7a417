import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';

const isPage = (path: string): boolean => !/^\/v1(\/|$)/.test(path) && !/\.[^/]*$/.test(path);

/** Serves the built dashboard: files named by their content for a year, and the page itself for every address that is a page's. */
export function serveDashboard(app: NestExpressApplication, webDir: string): void {
  app.useStaticAssets(webDir, {
    index: false, redirect: false, dotfiles: 'ignore',
    setHeaders: (response: Response, path: string) => {
      response.setHeader('cache-control', /[\\/]assets[\\/]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  app.use((request: Request, response: Response, next: NextFunction) => {
    if ((request.method !== 'GET' && request.method !== 'HEAD') || !isPage(request.path)) return next();
    response.setHeader('cache-control', 'no-cache');
    response.sendFile(join(webDir, 'index.html'), (error) => (error === undefined || response.headersSent ? undefined : next(error)));
  });
}
