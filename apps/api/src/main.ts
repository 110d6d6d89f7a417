import 'reflect-metadata';
import { closeApp, createApp } from './app.js';
import { connectAll } from './boot.js';
import { BootRefused, loadEnv, type Env } from './env.js';

const SHUTDOWN_PATIENCE_MS = 8_000;

/** A service that only people on this machine open listens to this machine only. */
const hostFor = (publicUrl: string): string | undefined => (['localhost', '127.0.0.1', '[::1]'].includes(new URL(publicUrl).hostname) ? '127.0.0.1' : undefined);

async function listen(app: Awaited<ReturnType<typeof createApp>>, env: Env): Promise<void> {
  try {
    const host = hostFor(env.publicUrl);
    await (host === undefined ? app.listen(env.port) : app.listen(env.port, host));
  } catch (error) {
    await closeApp(app);
    throw new BootRefused([{ variable: 'PORT', given: `${env.port}, which failed with ${String((error as { code?: unknown }).code ?? error)}`, expected: 'a port that nothing else listens on' }]);
  }
}

async function main(): Promise<void> {
  const env = loadEnv();
  const app = await createApp(await connectAll(env));
  await listen(app, env);
  console.log(`Ballast API listens at ${(await app.getUrl()).replace('[::1]', '127.0.0.1')}`);
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    console.log(`Ballast API stops (${signal})`);
    setTimeout(() => process.exit(1), SHUTDOWN_PATIENCE_MS).unref();
    closeApp(app).then(() => process.exit(0), () => process.exit(1));
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
}

main().catch((error: unknown) => {
  // A wrong setting is told in words; only a fault of our own is told with where it happened, and without a stack.
  console.error(error instanceof BootRefused ? `Ballast API does not start:\n${error.message}` : `Ballast API does not start: ${String((error as Error).message ?? error)}`);
  process.exit(1);
});
