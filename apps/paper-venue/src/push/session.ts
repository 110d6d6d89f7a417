import type { Stream } from './stream.js';

/** What one connection speaks; it knows no socket. */
export interface Session {
  /** What is followed, by its name. */
  readonly streams: ReadonlyMap<string, Stream>;
  /** Answers to one message of the client. */
  answer(message: unknown): readonly unknown[];
  /** What is sent because its time has come, or that the connection is to end. */
  due(): readonly unknown[] | 'close';
}
