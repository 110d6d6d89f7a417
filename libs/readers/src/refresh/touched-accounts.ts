import type { MinedLog } from '@ballast/connectors';
import type { Address } from '@ballast/units';

const WORD = 64;
const PADDING = '0'.repeat(24);

/**
 * The accounts that the logs name: in a topic or in a word of the data. Whatever changes somebody's loan, wallet or permissions at a protocol says
 * whose, so an account that no log names is as it was, but for what every block changes.
 */
export function touchedAccounts(logs: readonly Pick<MinedLog, 'topics' | 'data'>[], isTracked: (account: Address) => boolean): ReadonlySet<Address> {
  const touched = new Set<Address>();
  const look = (word: string): void => {
    if (!word.startsWith(PADDING)) return;
    const account = `0x${word.slice(PADDING.length)}` as Address;
    if (isTracked(account)) touched.add(account);
  };
  for (const { topics, data } of logs) {
    for (const topic of topics) look(topic.slice(2));
    for (let at = 2; at + WORD <= data.length; at += WORD) look(data.slice(at, at + WORD));
  }
  return touched;
}
