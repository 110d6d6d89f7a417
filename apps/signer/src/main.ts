import { InvalidEnvironment } from '@ballast/environment';
import { startSigner } from './boot.js';
import { readEnv } from './env.js';

const STOP_PATIENCE_MS = 5_000;

async function main(): Promise<void> {
  const { server, signer, stop } = await startSigner(readEnv(), (line) => console.warn(line));
  const end = (): void => {
    setTimeout(() => process.exit(1), STOP_PATIENCE_MS).unref();
    stop().then(() => process.exit(0), (error: Error) => {
      console.error(error);
      process.exit(1);
    });
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  console.log(`Signer of ${signer.lanes.join(', ')} answers at ${server.at}; ${signer.signatures} signatures so far, newest fence ${signer.newestFence}`);
}

main().catch((error: Error) => {
  // A setting is told in its own words; anything else is a defect and keeps its stack.
  console.error(error instanceof InvalidEnvironment ? `The signer cannot start:\n${error.message}` : error);
  process.exit(1);
});
