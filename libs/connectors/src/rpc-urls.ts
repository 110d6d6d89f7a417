import { InvalidInput, chainId, type ChainId } from '@ballast/units';

const EXPECTED = '<chain id>=<http or https url>, chains separated by commas and several urls of a chain by |, such as 31337=http://127.0.0.1:8545 or 1=https://a.example|https://b.example|https://c.example';

/**
 * Returns the endpoints of each chain, in the order given, from text like `31337=http://127.0.0.1:8545,1=https://…|https://…`.
 * @throws InvalidInput when an entry is malformed, a chain is named twice or one of its urls is
 */
export function parseRpcUrls(text: string): ReadonlyMap<ChainId, readonly string[]> {
  const chains = new Map<ChainId, readonly string[]>();
  for (const entry of text.split(',').map((part) => part.trim())) {
    const match = /^(\d{1,15})=(.+)$/.exec(entry);
    const [, id, list] = match ?? [];
    if (id === undefined || list === undefined) throw new InvalidInput('RPC_URLS', JSON.stringify(text), EXPECTED);
    const urls = list.split('|').map((part) => part.trim());
    if (urls.some((url) => !/^https?:\/\/\S+$/.test(url) || !URL.canParse(url))) throw new InvalidInput('RPC_URLS', JSON.stringify(text), EXPECTED);
    const chain = chainId(Number(id));
    if (chains.has(chain)) throw new InvalidInput('RPC_URLS', `chain ${id} twice`, 'each chain once');
    chains.set(chain, distinctUrls(urls));
  }
  return chains;
}

/** The urls as they are, where there is at least one and none is there twice: two votes of one node are no agreement. @throws InvalidInput */
export function distinctUrls(urls: readonly string[]): readonly string[] {
  if (urls.length === 0) throw new InvalidInput('RPC_URLS', 'no url', 'at least one http or https url');
  const seen = new Set<string>();
  for (const url of urls) {
    const { href, origin } = new URL(url);
    if (seen.has(href)) throw new InvalidInput('RPC_URLS', `${origin} twice with the same path`, 'each endpoint of a chain once');
    seen.add(href);
  }
  return urls;
}
