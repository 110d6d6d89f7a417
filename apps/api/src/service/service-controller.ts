import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { z } from 'zod';
import type { ChainBook } from '@ballast/connectors';
import { Database } from '@ballast/storage';
import type * as contract from '../contract/schemas.js';
import type { Env } from '../env.js';
import { openapiDocument } from '../openapi/document.js';
import { BOOK, ENV } from '../tokens.js';
import { VERSION } from '../version.js';
import { assetView, shownAddress } from '../views/text.js';
import { WatchQueue } from './watch-queue.js';

const HEALTH_PATIENCE_MS = 2_000;
const document = openapiDocument(VERSION);

@Controller()
export class ServiceController {
  constructor(
    @Inject(ENV) private readonly env: Env, @Inject(BOOK) private readonly book: ChainBook, @Inject(Database) private readonly database: Database, @Inject(WatchQueue) private readonly queue: WatchQueue,
  ) {}

  @Get('config')
  config(): z.infer<typeof contract.config> {
    const { rpc, demoUrl } = this.env;
    return {
      demo: demoUrl !== null, version: VERSION,
      chains: [{
        chainId: rpc.chainId, name: this.book.name,
        // A provider's address may hold its key: only the demo's own chain is told to wallets.
        rpcUrl: demoUrl === null ? null : (rpc.urls[0] ?? null),
        guards: guardsOf(this.book), keepers: shownAddress(this.book.ballast.keepers), tokens: this.book.tokens.map(assetView),
      }],
    };
  }

  @Get('health')
  async health(@Res({ passthrough: true }) response: Response): Promise<z.infer<typeof contract.health>> {
    const word = (work: Promise<unknown>): Promise<'ok' | 'down'> => Promise.race([work, late()]).then(() => 'ok' as const, () => 'down' as const);
    const [database, redis] = await Promise.all([word(this.database.ping()), word(this.queue.ping(HEALTH_PATIENCE_MS))]);
    const status = database === 'ok' && redis === 'ok' ? 'ok' : 'down';
    response.status(status === 'ok' ? 200 : 503);
    return { status, database, redis };
  }

  @Get('openapi.json')
  openapi(): Record<string, unknown> {
    return document;
  }
}

function guardsOf({ ballast }: ChainBook): z.infer<typeof contract.config>['chains'][number]['guards'] {
  const at = { AaveGuard: ballast.aaveGuard, MorphoGuard: ballast.morphoGuard, VenusGuard: ballast.venusGuard };
  return Object.entries(at).flatMap(([contract, address]) => (address === undefined ? [] : [{ contract: contract as keyof typeof at, address: shownAddress(address) }]));
}

const late = (): Promise<never> => new Promise((_resolve, reject) => setTimeout(() => reject(new Error('late')), HEALTH_PATIENCE_MS).unref());
