import { breakerNamed, BREAKERS, BY_OPERATOR, type StopDegree, type StopScope } from '@ballast/policy';
import { LENDING_PROTOCOLS, type LendingProtocol } from '@ballast/positions';
import { InvalidInput, address, chainId } from '@ballast/units';

/** What an operator asks for. */
export type SwitchCommand =
  | { readonly kind: 'list' }
  | { readonly kind: 'stop'; readonly scope: StopScope; readonly stops: StopDegree; readonly reason: string }
  | { readonly kind: 'release'; readonly scope: StopScope; readonly setBy: string };

export const SWITCH_USAGE = `ballast switch list
ballast switch stop SCOPE --reason TEXT [--only fill | --only not-urgent]
ballast switch release SCOPE [--breaker NAME]

SCOPE is one of
  global                            everything, on every chain
  chain ID                          a chain
  protocol ID NAME                  a protocol on a chain: ${LENDING_PROTOCOLS.join(', ')}
  asset ID NAME 0x…                 sales of a token at a protocol
  owner ID 0x…                      the loans of one owner
--only fill stops sales of collateral; --only not-urgent lets loans under a health of 1.05 be saved.
release takes away what an operator set; with --breaker NAME what that breaker set. DATABASE_URL names the database.`;

const DEGREES: readonly StopDegree[] = ['all', 'not-urgent', 'fill'];

/** Reads what stands after `ballast switch`. @throws InvalidInput naming what is wrong and what is expected */
export function readSwitchCommand(args: readonly string[]): SwitchCommand {
  const [kind, ...rest] = args;
  if (kind === 'list' && rest.length === 0) return { kind };
  if (kind !== 'stop' && kind !== 'release') throw new InvalidInput('ballast switch', args.length === 0 ? 'nothing' : args.join(' '), `one of\n${SWITCH_USAGE}`);
  const { words, options } = split(rest, kind === 'stop' ? ['--reason', '--only'] : ['--breaker']);
  const scope = scopeOf(words);
  if (kind === 'stop') {
    const reason = options.get('--reason')?.trim() ?? '';
    if (reason === '') throw new InvalidInput('--reason', 'nothing', 'why it is stopped, in a sentence: owners read it');
    const only = options.get('--only') ?? 'all';
    const stops = DEGREES.find((degree) => degree === only);
    if (stops === undefined) throw new InvalidInput('--only', JSON.stringify(only), 'fill or not-urgent');
    if (scope.kind === 'asset' && stops !== 'fill') throw new InvalidInput('--only', only, 'fill: a stop of one token is one of its sales');
    return { kind, scope, stops, reason };
  }
  const breaker = options.get('--breaker');
  if (breaker !== undefined && breakerNamed(breaker) === undefined) throw new InvalidInput('--breaker', JSON.stringify(breaker), `one of ${Object.values(BREAKERS).map(({ name }) => name).join(', ')}`);
  return { kind, scope, setBy: breaker ?? BY_OPERATOR };
}

function split(args: readonly string[], known: readonly string[]): { readonly words: readonly string[]; readonly options: ReadonlyMap<string, string> } {
  const words: string[] = [];
  const options = new Map<string, string>();
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] as string;
    if (!word.startsWith('--')) {
      words.push(word);
      continue;
    }
    const value = args[at + 1];
    if (!known.includes(word)) throw new InvalidInput('option', word, known.join(' or '));
    if (value === undefined) throw new InvalidInput(word, 'nothing', 'a value after it');
    options.set(word, value);
    at += 1;
  }
  return { words, options };
}

function scopeOf([kind, chain, ...rest]: readonly string[]): StopScope {
  if (kind === 'global' && chain === undefined) return { kind };
  const wanted: Readonly<Record<string, number>> = { chain: 0, protocol: 1, asset: 2, owner: 1 };
  const parts = kind === undefined ? undefined : wanted[kind];
  if (parts === undefined || chain === undefined || rest.length !== parts) throw new InvalidInput('scope', [kind, chain, ...rest].filter((word) => word !== undefined).join(' ') || 'nothing', 'global, chain ID, protocol ID NAME, asset ID NAME 0x… or owner ID 0x…');
  const id = chainId(/^\d+$/.test(chain) ? Number(chain) : NaN);
  const [first = '', second = ''] = rest;
  switch (kind) {
    case 'protocol': return { kind, chainId: id, protocol: protocolOf(first) };
    case 'asset': return { kind, chainId: id, protocol: protocolOf(first), asset: address(second) };
    case 'owner': return { kind, chainId: id, owner: address(first) };
    default: return { kind: 'chain', chainId: id };
  }
}

function protocolOf(name: string): LendingProtocol {
  const found = LENDING_PROTOCOLS.find((protocol) => protocol === name);
  if (found === undefined) throw new InvalidInput('protocol', JSON.stringify(name), LENDING_PROTOCOLS.join(', '));
  return found;
}
