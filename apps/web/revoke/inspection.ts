import { shortAddress, shortHash } from '../src/wallet/checksum.js';
import { approvalFilter, approvalsIn, distinct, readApprovals, readAuthorisations, tokenInfo, tokensOfMandate, type ApprovalRow, type AuthorisationRow } from './approvals.js';
import { headOf, inLanes, type Chain } from './chain.js';
import { isKnown, type Guard } from './guards.js';
import { keepScan, keptScan, scanLogs, type Log, type LogFilter } from './log-scan.js';
import { activationFilter, readMandates, revocationFilter, subjectKey, type MandateRow } from './mandates.js';
import { morphoNonceOf, readPermitRows, type PermitRow, type SignedPermit } from './permits.js';
import { sentenceOf } from './problem.js';
import type { Standing } from './words.js';

/** One search of the chain's history and where it stands. */
export interface Search {
  readonly what: string;
  readonly filter: LogFilter;
  /** First block to look at. */
  readonly from: number;
  logs: readonly Log[];
  through: number;
  problem: string | null;
}

/** Everything the page knows of one account on one chain. It only reads; `changed` is called whenever something new is known. */
export class Inspection {
  head = { number: 0, timestamp: 0 };
  searches: Search[] = [];
  mandates: readonly MandateRow[] = [];
  approvals: readonly ApprovalRow[] = [];
  authorisations: ReadonlyArray<AuthorisationRow & { readonly nonce: bigint }> = [];
  permits: readonly PermitRow[] = [];
  /** Symbols of every token met so far, by address in lower case. */
  readonly symbols = new Map<string, string>();
  /** The tokens of each mandate, by guard and what it is for: collateral first, where both are known. */
  private readonly tokensBySubject = new Map<string, readonly string[]>();
  /** Tokens that the user named. */
  readonly namedTokens: string[] = [];
  pastedPermits: readonly SignedPermit[] = [];
  problem: string | null = null;
  searching = false;
  hasRead = false;
  private stopped = false;

  constructor(readonly chain: Chain, readonly chainId: number, readonly owner: string, readonly guards: readonly Guard[], private readonly known: readonly SignedPermit[], private readonly changed: () => void) {
    const since = (guard: Guard): number => guard.since ?? 0;
    const search = (what: string, filter: LogFilter, from: number): Search => ({ what, filter, from, logs: [], through: from - 1, problem: null });
    for (const guard of guards.filter(isKnown)) {
      this.searches.push(search(`mandates of ${guard.kind.contract}`, activationFilter(guard, owner), since(guard)));
      this.searches.push(search(`revocations at ${guard.kind.contract}`, revocationFilter(guard, owner), since(guard)));
    }
    if (guards.length > 0) this.searches.push(search('approvals', approvalFilter(owner, guards.map(({ address }) => address)), Math.min(...guards.map(since))));
  }

  /** Every search came to its end, and what stands was read after it. */
  get complete(): boolean {
    return this.hasRead && !this.searching && this.problem === null && this.searches.every(({ through }) => through >= this.head.number);
  }

  get standing(): Standing {
    return {
      mandates: this.mandates.filter(({ state }) => state === 'live').length,
      permits: this.permits.reduce((count, { signed }) => count + signed.filter(({ state }) => state === 'open' || state === 'later').length, 0),
      approvals: this.approvals.filter(({ allowance }) => allowance > 0n).length + this.authorisations.filter(({ authorised }) => authorised).length,
      complete: this.complete,
    };
  }

  /** What a mandate is for, as people say it: the two symbols, and the market where several have the same two. */
  nameOf({ about }: Pick<MandateRow, 'about'>): string {
    const [collateral, debt] = 'marketId' in about ? (this.tokensBySubject.get(subjectKey(about)) ?? []) : [about.collateral, about.debt];
    const named = (address: string): string => this.symbols.get(address.toLowerCase()) ?? shortAddress(address);
    const pair = collateral === undefined || debt === undefined ? '' : `${named(collateral)} / ${named(debt)}`;
    return 'marketId' in about ? [pair, `market ${shortHash(about.marketId)}`].filter((part) => part !== '').join(', ') : pair;
  }

  stop(): void {
    this.stopped = true;
  }

  /** Searches the history from where it stands, then reads what holds now. Failures are kept in words; calling again goes on. */
  async look(): Promise<void> {
    this.searching = true;
    this.problem = null;
    try {
      this.head = await headOf(this.chain);
      for (const search of this.searches) await this.run(search);
    } catch (error) {
      this.problem = sentenceOf(error);
    }
    this.searching = false;
    await this.reread();
  }

  private async run(search: Search): Promise<void> {
    search.problem = null;
    try {
      const kept = search.through < search.from ? await keptScan(this.chain, this.chainId, search.filter, search.from) : null;
      if (kept !== null && kept.through <= this.head.number) Object.assign(search, kept);
      for await (const step of scanLogs(this.chain, search.filter, this.head.number, search)) {
        if (this.stopped) return;
        search.logs = step.logs;
        search.through = step.through;
        this.changed();
      }
      await keepScan(this.chain, this.chainId, search.filter, search.from, search);
    } catch (error) {
      search.problem = sentenceOf(error);
      await keepScan(this.chain, this.chainId, search.filter, search.from, search);
      this.changed();
    }
  }

  private logsOf(address: string): Log[] {
    return this.searches.flatMap((search) => (search.filter.address === address ? search.logs : []));
  }

  /** Reads again what holds now, without searching the history. */
  async reread(): Promise<void> {
    try {
      this.head = { ...(await headOf(this.chain)), number: this.head.number };
      const guards = this.guards.filter(isKnown);
      this.mandates = (await inLanes(guards, (guard) => readMandates(this.chain, guard, this.owner, this.logsOf(guard.address), this.head.timestamp), 2)).flat();
      this.changed();
      const tokens = await this.tokens();
      for (const { address, symbol } of await inLanes(tokens, (token) => tokenInfo(this.chain, token))) this.symbols.set(address.toLowerCase(), symbol);
      this.approvals = await readApprovals(this.chain, this.owner, this.guards, tokens);
      const authorisations = await readAuthorisations(this.chain, this.owner, this.guards);
      this.authorisations = await inLanes(authorisations, async (row) => ({ ...row, nonce: await morphoNonceOf(this.chain, row.morpho, this.owner) }));
      this.changed();
      this.permits = await readPermitRows(this.chain, this.chainId, this.owner, this.guards, tokens, [...this.known, ...this.pastedPermits], this.head.timestamp);
      this.hasRead = true;
      this.problem = null;
    } catch (error) {
      this.problem = sentenceOf(error);
    }
    this.changed();
  }

  private async tokens(): Promise<string[]> {
    const approved = this.searches.filter(({ filter }) => filter.address === undefined).flatMap(({ logs }) => approvalsIn(logs).map(({ token }) => token));
    const ofMandates = await inLanes([...this.mandates], async (row) => {
      const found = await tokensOfMandate(this.chain, row);
      this.tokensBySubject.set(subjectKey(row.about), found);
      return found;
    });
    const ofPermits = [...this.known, ...this.pastedPermits].filter(({ chainId }) => chainId === this.chainId).map(({ token }) => token);
    return distinct([...approved, ...ofMandates.flat(), ...ofPermits, ...this.namedTokens]);
  }
}
