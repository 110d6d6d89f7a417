import { InvalidInput, chainId, type ChainId } from '@ballast/units';

const EXPECTED = '<chain id>=<http or https url>, separated by commas, such as 31337=http://127.0.0.1:8545';

/**
 * Returns the endpoint of each chain from text like `31337=http://127.0.0.1:8545,1=https://…`.
 * @throws InvalidInput when an entry is malformed or a chain is named twice
 */
export function parseRpcUrls(text: string): ReadonlyMap<ChainId, string> {
  const urls = new Map<ChainId, string>();
  for (const entry of text.split(',').map((part) => part.trim())) {
    const match = /^(\d{1,15})=(https?:\/\/\S+)$/.exec(entry);
    const [, id, url] = match ?? [];
    if (id === undefined || url === undefined || !URL.canParse(url)) throw new InvalidInput('RPC_URLS', JSON.stringify(text), EXPECTED);
    const chain = chainId(Number(id));
    if (urls.has(chain)) throw new InvalidInput('RPC_URLS', `chain ${id} twice`, 'each chain once');
    urls.set(chain, url);
  }
  return urls;
}
