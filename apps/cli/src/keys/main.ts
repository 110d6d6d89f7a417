import { parseArgs } from 'node:util';
import { InvalidInput } from '@ballast/units';
import { accountIn, newKey, passwordIn, writeKeystore } from './keystore.js';

const USAGE = `ballast keys new FILE --password-file FILE      a new key in an encrypted keystore; prints its account
ballast keys import FILE --password-file FILE   the same of a private key that is read from standard input
ballast keys address FILE...                    the accounts of keystores`;

/** Makes and shows keystores. A key or a password is never an argument: those are seen by everybody on the machine. */
export async function keys(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true, options: { 'password-file': { type: 'string' } } });
  const [command, ...files] = positionals;
  const [file] = files;
  if (command === 'address' && files.length > 0) {
    for (const one of files) console.log(accountIn(one));
    return 0;
  }
  if ((command !== 'new' && command !== 'import') || file === undefined || files.length > 1) {
    console.error(USAGE);
    return 1;
  }
  const passwordFile = values['password-file'];
  if (passwordFile === undefined) throw new InvalidInput('--password-file', 'nothing', 'a file with the password, readable by its owner only');
  const password = passwordIn(passwordFile);
  console.log(await writeKeystore(file, command === 'new' ? newKey() : await standardInput(), password));
  return 0;
}

async function standardInput(): Promise<string> {
  let text = '';
  for await (const piece of process.stdin) text += String(piece);
  return text.trim();
}
