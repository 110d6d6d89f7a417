import { InvalidEnvironment } from '@ballast/environment';
import { endAtSignals } from '@ballast/local-server';
import { startSigner } from './boot.js';
import { readEnv } from './env.js';

async function main(): Promise<void> {
  const { server, signer, stop } = await startSigner(readEnv(), (line) => console.warn(line));
  endAtSignals(stop);
  console.log(`Signer of ${signer.lanes.join(', ')} answers at ${server.at}; ${signer.signatures} signatures so far, newest fence ${signer.newestFence}`);
}

main().catch((error: Error) => {
  // A setting is told in its own words; anything else is a defect and keeps its stack.
  console.error(error instanceof InvalidEnvironment ? `The signer cannot start:\n${error.message}` : error);
  process.exit(1);
});
