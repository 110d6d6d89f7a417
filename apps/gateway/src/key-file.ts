import { writeFileSync } from 'node:fs';
import { holderOf, newHolderKey } from '@ballast/venue-wire';

/** Makes the file that `GATEWAY_KEY_FILE` names, readable by its owner only, and returns its public key. @throws where there is a file already: keys that were sealed to it would be lost */
export async function makeKeyFile(file: string): Promise<string> {
  const key = await newHolderKey();
  writeFileSync(file, `${key}\n`, { mode: 0o600, flag: 'wx' });
  return (await holderOf(key)).publicKey();
}
