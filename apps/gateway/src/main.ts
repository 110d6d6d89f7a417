import { InvalidEnvironment } from '@ballast/environment';
import { endAtSignals } from '@ballast/local-server';
import { keyIdOf } from '@ballast/venue-wire';
import { startGateway } from './boot.js';
import { readEnv } from './env.js';
import { makeKeyFile } from './key-file.js';

async function main(command: string | undefined, file: string | undefined): Promise<void> {
  if (command === 'new-key' && file !== undefined) {
    const publicKey = await makeKeyFile(file);
    console.log(`${publicKey}\nkey id ${await keyIdOf(publicKey)}`);
    return;
  }
  const env = readEnv();
  const { server, keyId, stop } = await startGateway(env, (line) => console.warn(line));
  endAtSignals(stop);
  console.log(`Gateway for ${env.environment} keys that are sealed to ${keyId} answers at ${server.at}; it holds none until they are handed in`);
}

main(process.argv[2], process.argv[3]).catch((error: NodeJS.ErrnoException) => {
  // A setting is told in its own words; anything else is a defect and keeps its stack.
  console.error(error instanceof InvalidEnvironment ? `The gateway cannot start:\n${error.message}` : error.code === 'EEXIST' ? `${error.message}: a key is never written over` : error);
  process.exit(1);
});
