import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { HeartbeatStore } from '@ballast/storage';
import type { Env } from '../env.js';
import { StatusViews } from '../service/status-views.js';
import { ENV } from '../tokens.js';
import { metricsText } from '../views/metrics-view.js';
import { hedgingMetricsText } from './hedging-metrics.js';

/** `GET /metrics`, where Prometheus looks for it: outside of the versioned API. It says nothing that the status page does not say to everybody. */
export function serveMetrics(app: NestExpressApplication): void {
  app.use('/metrics', (request: Request, response: Response, next: NextFunction) => {
    if (request.method !== 'GET' || request.path !== '/') return next();
    Promise.all([app.get(StatusViews).status(new Date()), app.get(HeartbeatStore).latest(app.get<Env>(ENV).rpc.chainId)]).then(
      ([status, heartbeat]) => void response.type('text/plain; version=0.0.4; charset=utf-8').setHeader('cache-control', 'no-store').send(metricsText(status, heartbeat) + hedgingMetricsText(status.hedging ?? [], new Date(status.now))),
      next,
    );
  });
}
