import type { ReadClient, SendClient } from '@ballast/connectors';
import type { NonceBytes, VanishedNonce, VanishedNonces } from '@ballast/storage';
import type { Address } from '@ballast/units';
import type { NonceFiller } from './nonce-filler.js';

/** A node may tell of a block that the others do not have yet: what is free for so many blocks really is. */
const BLOCKS_OF_PATIENCE = 2n;

/** What is done about a nonce that is free again. */
export type Remedy = 'sent-again' | 'filled' | 'nothing-signed';

export interface TakenBackParts {
  readonly reads: Pick<ReadClient, 'chainId' | 'head' | 'baseFee' | 'blockAt' | 'nonceAt'>;
  readonly sends: Pick<SendClient, 'broadcast'>;
  readonly nonces: Pick<VanishedNonces, 'of'>;
  readonly filler: Pick<NonceFiller, 'fill'>;
  /** Whether a stop is in force that holds the action back. */
  readonly isStopped: (intent: NonNullable<VanishedNonce['intent']>) => Promise<boolean>;
  /** Tells operators, and the owner of the action; called once for each remedy, by each process. */
  readonly tell: (one: VanishedNonce, since: bigint, remedy: Remedy) => Promise<void>;
  readonly lanes: readonly Address[];
  readonly failed: (lane: Address, message: string) => void;
}

/**
 * Brings a lane on again from which a reorganisation deeper than our confirmations took transactions of actions that have ended: as long as their nonces are free, nothing after them can be
 * mined. The same signed bytes are sent again: they were public in a block, most nodes do so by themselves, and the guard lets them through only while they still do what the owner signed. What
 * is stopped meanwhile, or offers too little by now, gives its nonce to an empty transfer.
 */
export class TakenBack {
  private seen = new Map<string, Spell>();

  constructor(private readonly parts: TakenBackParts) {}

  /** One look at the newest block. Returns what was done. */
  async look(): Promise<readonly { readonly one: VanishedNonce; readonly remedy: Remedy }[]> {
    const { reads, lanes, nonces, failed } = this.parts;
    const head = await reads.head();
    const standings = await Promise.all(lanes.map(async (lane) => ({ lane, newest: await reads.nonceAt(head, lane) })));
    const vanished = await nonces.of(reads.chainId, standings);
    const before = this.seen;
    this.seen = new Map(vanished.map((one) => [keyOf(one), before.get(keyOf(one)) ?? { since: head.number, told: new Set() }]));
    const done: { one: VanishedNonce; remedy: Remedy }[] = [];
    for (const one of vanished) {
      const spell = this.seen.get(keyOf(one)) as Spell;
      if (head.number < spell.since + BLOCKS_OF_PATIENCE) continue;
      // One that fails does not keep another lane from going on.
      const remedy = await this.bringBack(one, spell).catch((error: Error) => failed(one.lane, error.message));
      if (remedy !== undefined) done.push({ one, remedy });
    }
    return done;
  }

  /** Nothing where its block is part of the chain: then it is our view that went back. */
  private async bringBack(one: VanishedNonce, spell: Spell): Promise<Remedy | undefined> {
    const { intent } = one;
    if (intent === null) return this.told(one, spell, 'nothing-signed');
    if (intent.minedIn !== null && (await this.parts.reads.blockAt(intent.minedIn.number))?.hash === intent.minedIn.hash) return undefined;
    const [first] = intent.bytes;
    const isGoodFor = first !== undefined && first.maxFeePerGas >= (await this.parts.reads.baseFee()) && (first.purpose === 'cancel' || !(await this.parts.isStopped(intent)));
    const remedy = await this.told(one, spell, isGoodFor && first.purpose === 'call' ? 'sent-again' : 'filled');
    await this.send(one, intent, isGoodFor ? first : null);
    return remedy;
  }

  private async told(one: VanishedNonce, { since, told }: Spell, remedy: Remedy): Promise<Remedy> {
    if (!told.has(remedy)) await this.parts.tell(one, since, remedy);
    told.add(remedy);
    return remedy;
  }

  /** `bytes`: what is signed already and still good for it. */
  private async send({ lane, nonce }: VanishedNonce, intent: NonNullable<VanishedNonce['intent']>, bytes: NonceBytes | null): Promise<void> {
    const { sends, filler } = this.parts;
    const answer = bytes === null ? null : await sends.broadcast(bytes.raw);
    if (answer === null || answer.kind === 'underpriced') await sends.broadcast((await filler.fill({ lane, nonce, intent })).raw);
  }
}

interface Spell {
  /** The block at which it was seen first. */
  readonly since: bigint;
  readonly told: Set<Remedy>;
}

const keyOf = ({ lane, nonce }: VanishedNonce): string => `${lane} ${nonce}`;
