import { callOf, decodeAs, decodeResult, erc20Abi, type CallResult, type ChainBook, type Pinned, type ReadClient } from '@ballast/connectors';
import type { Asset } from '@ballast/positions';
import type { Address } from '@ballast/units';
import { z } from 'zod';

const decimalsOf = z.tuple([z.bigint().refine((value) => value <= 36n, 'at most 36 decimals')]);

/** Symbols and decimals of tokens, asked for once; those of the address book are known from the start. */
export class Tokens {
  private readonly known = new Map<Address, Asset>();

  constructor(private readonly client: ReadClient, book: ChainBook) {
    for (const { address, symbol, decimals } of book.tokens) this.known.set(address, { chainId: client.chainId, address, symbol, decimals });
  }

  /** The tokens in the order asked for. A token whose symbol cannot be read goes by the ends of its address. @throws ReadFailed where one does not tell its decimals */
  async assets(block: Pinned, tokens: readonly Address[]): Promise<readonly Asset[]> {
    const unknown = [...new Set(tokens)].filter((token) => !this.known.has(token));
    const answers = await this.client.multicall(block, unknown.flatMap((token) => [callOf(token, erc20Abi, 'symbol'), callOf(token, erc20Abi, 'decimals')]));
    unknown.forEach((token, index) => {
      const [decimals] = decodeResult(erc20Abi, 'decimals', decimalsOf, answers[index * 2 + 1]);
      this.known.set(token, { chainId: this.client.chainId, address: token, symbol: symbolOf(answers[index * 2]) ?? `${token.slice(0, 6)}…${token.slice(-4)}`, decimals: Number(decimals) });
    });
    return tokens.map((token) => this.known.get(token) as Asset);
  }
}

/** Null where the token reverts or gives its symbol in another form, as some old ones do. */
function symbolOf(answer: CallResult | undefined): string | null {
  if (answer?.kind !== 'ok') return null;
  try {
    return decodeAs(erc20Abi, 'symbol', z.tuple([z.string().min(1).max(32)]), answer.data)[0];
  } catch {
    return null;
  }
}
