import cookieParser from 'cookie-parser';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import type { Connected } from './boot.js';
import { EventHub } from './events/event-hub.js';
import { serveDashboard } from './http/dashboard.js';
import { serveMetrics } from './http/metrics.js';
import { requestId } from './http/request-id.js';
import { sameOrigin } from './http/same-origin.js';
import { securityHeaders } from './http/security-headers.js';
import { failed, notFound } from './problems/problem-filter.js';

const BODY_LIMIT = '64kb';

/** The HTTP application over what was connected at boot; not listening yet. */
export async function createApp(connected: Connected): Promise<NestExpressApplication> {
  const { publicUrl, webDir } = connected.env;
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(connected), { bodyParser: false, forceCloseConnections: true, abortOnError: false, logger: ['error', 'warn', 'fatal'] });
  app.setGlobalPrefix('v1');
  app.disable('x-powered-by');
  // A proxy on this machine may say whom it speaks for; nobody else is believed.
  app.set('trust proxy', 'loopback');
  app.use(requestId, securityHeaders(publicUrl), cookieParser(), sameOrigin(publicUrl));
  app.useBodyParser('json', { limit: BODY_LIMIT });
  serveMetrics(app);
  if (webDir !== null) serveDashboard(app, webDir);
  await app.init();
  app.use(notFound);
  app.use(failed);
  return app;
}

/** Ends the event streams first: they would hold the server open. */
export async function closeApp(app: NestExpressApplication): Promise<void> {
  app.get(EventHub).close();
  await app.close();
}
