import { LocalKeeperSigner, parseAddressBook } from '@ballast/connectors/signer';
import { InvalidEnvironment } from '@ballast/environment';
import { readSecret, tokenOf, type RunningServer } from '@ballast/local-server';
import { BallastError, chainId } from '@ballast/units';
import type { SignerEnv } from './env.js';
import { keystoreFiles, openKeystores } from './keystores.js';
import { policyOf } from './policy.js';
import { RecordingSigner } from './recording-signer.js';
import { startServer } from './server.js';

/** Names the variable behind a failure. What the parts throw names files and forms, never a secret. */
function naming<T>(variable: string, expected: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new InvalidEnvironment([{ variable, given: error instanceof BallastError ? error.message : 'a value that does not work', expected }]);
  }
}

export interface RunningSigner {
  readonly server: RunningServer;
  readonly signer: RecordingSigner;
  stop(): Promise<void>;
}

/** Opens keys and log and begins to answer. @throws InvalidEnvironment */
export async function startSigner(env: SignerEnv, tell: (line: string) => void, now: () => number = Date.now): Promise<RunningSigner> {
  const chain = chainId(env.chainId);
  const book = naming('ADDRESS_BOOK', `an address book with an entry for chain ${chain}`, () => parseAddressBook(env.addressBook, chain));
  const token = tokenOf('SIGNER_TOKEN_FILE', env.tokenFile);
  const { keys: source } = env;
  const password = source.kind === 'plain' ? '' : naming('SIGNER_PASSWORD_FILE', 'a file of its owner\'s only with the password', () => readSecret(source.passwordFile));
  const keys = source.kind === 'plain' ? source.keys : naming('SIGNER_KEYSTORES', 'encrypted JSON keystores that the password opens', () => openKeystores(keystoreFiles(source.setting), password));
  const local = naming(source.kind === 'plain' ? 'KEEPER_PRIVATE_KEY' : 'SIGNER_KEYSTORES', 'private keys', () => new LocalKeeperSigner(keys, policyOf(chain, book, env)));
  if (source.kind === 'plain') tell('WARNING: the keeper keys are given in plain text (ALLOW_PLAIN_KEEPER_KEY). Never do this where a key guards anything of value: use encrypted keystores (docs/signing.md).');
  const signer = await RecordingSigner.open(local, { logFile: env.logFile, mostWeiPerHour: env.mostWeiPerHour, keepers: [book.ballast.keepers], now }).catch((error: Error) => {
    throw new InvalidEnvironment([{ variable: 'SIGNER_LOG', given: error.message, expected: 'the log as this signer wrote it, or a path where one can be made' }]);
  });
  if (signer.repaired > 0) tell(`the log ended in the middle of a line: ${signer.repaired} bytes were taken away; their signature had not been given out`);
  const server = await startServer({ signer, chainId: chain, listen: env.listen, token, tell }).catch(async (error: NodeJS.ErrnoException) => {
    await signer.close();
    throw new InvalidEnvironment([{ variable: 'socketPath' in env.listen ? 'SIGNER_SOCKET' : 'SIGNER_LISTEN', given: error instanceof BallastError ? error.message : (error.code ?? error.message), expected: 'a place to listen at that is free' }]);
  });
  return {
    server, signer,
    stop: async () => {
      await server.stop();
      await signer.close();
    },
  };
}
