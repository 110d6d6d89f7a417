import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { InvalidEnvironment } from '@ballast/environment';
import { openRuntime } from './boot.js';
import { readEnv } from './env.js';
import { WorkerModule } from './worker.module.js';

const STOP_PATIENCE_MS = 8_000;

async function main(): Promise<void> {
  const runtime = await openRuntime(readEnv());
  const app = await NestFactory.createApplicationContext(WorkerModule.forRoot(runtime), { logger: ['error', 'warn', 'log'] });
  const stop = (): void => {
    setTimeout(() => process.exit(1), STOP_PATIENCE_MS).unref();
    // What was waiting for a connection fails as it is closed; the next worker derives all of it again.
    process.on('unhandledRejection', () => undefined);
    app
      .close()
      .then(() => runtime.close())
      .then(() => process.exit(0), (error: Error) => {
        console.error(error);
        process.exit(1);
      });
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  console.log(`Worker runs ${runtime.env.roles.join(', ')} on ${runtime.book.name} (${runtime.reads.endpoint})`);
}

main().catch((error: Error) => {
  // A setting is told in its own words; anything else is a defect and keeps its stack.
  console.error(error instanceof InvalidEnvironment ? `The worker cannot start:\n${error.message}` : error);
  process.exit(1);
});
