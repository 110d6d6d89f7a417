/** A request that the venue turned down before its engine saw it, or that it does not offer. */
export interface RefusedRequest {
  readonly atMs: number;
  readonly venue: string;
  /** The action or method that was asked for. */
  readonly asked: string;
  readonly why: string;
  /** What was asked, as JSON, cut; without signatures and secrets. */
  readonly request: string;
}

const MOST_KEPT = 1_000;
const MOST_LETTERS = 2_000;

/** The newest thousand refused requests, so that a test sees what a client tried. */
export class RefusalLog {
  private kept: RefusedRequest[] = [];

  constructor(private readonly now: () => number) {}

  add(venue: string, asked: string, why: string, request: unknown): void {
    const text = JSON.stringify(request) ?? '';
    this.kept = [...this.kept, { atMs: this.now(), venue, asked: asked.slice(0, 100), why: why.slice(0, 500), request: text.slice(0, MOST_LETTERS) }].slice(-MOST_KEPT);
  }

  get all(): readonly RefusedRequest[] {
    return this.kept;
  }
}
