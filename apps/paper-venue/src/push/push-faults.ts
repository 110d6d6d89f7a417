/** What goes wrong with the messages that a venue pushes. Each counts for every connection of the venue, from the next message on. */
export type PushFault =
  /** The connection breaks in place of the next message. */
  | { readonly kind: 'disconnect' }
  /** Nothing comes for this long of the venue's time, not even an answer; the connection stays open, and what was to be told is lost. */
  | { readonly kind: 'stall'; readonly forMs: number }
  /** The next messages are lost, sent twice, or sent in the opposite order once all of them are there. */
  | { readonly kind: 'gap' | 'duplicate' | 'reorder'; readonly messages: number };

/** What becomes of one message: texts to send now, or the end of the connection. */
export type Passed = { readonly kind: 'send'; readonly texts: readonly string[] } | { readonly kind: 'break' };

/** The fault of one venue that is under way; one at a time. */
export class PushFaults {
  private fault: PushFault | null = null;
  private left = 0;
  private untilMs = 0;
  private held: string[] = [];

  /** In place of the one before. */
  begin(fault: PushFault, nowMs: number): void {
    this.fault = fault;
    this.left = 'messages' in fault ? fault.messages : 1;
    this.untilMs = fault.kind === 'stall' ? nowMs + fault.forMs : 0;
    this.held = [];
  }

  /** Whether even answers are withheld. */
  isStalled(nowMs: number): boolean {
    return this.fault?.kind === 'stall' && nowMs < this.untilMs;
  }

  /** One message on its way to a client. */
  pass(text: string, nowMs: number): Passed {
    const { fault } = this;
    if (fault === null || this.left === 0) return { kind: 'send', texts: [text] };
    if (fault.kind === 'stall') return { kind: 'send', texts: nowMs < this.untilMs ? [] : [text] };
    this.left -= 1;
    switch (fault.kind) {
      case 'disconnect':
        return { kind: 'break' };
      case 'gap':
        return { kind: 'send', texts: [] };
      case 'duplicate':
        return { kind: 'send', texts: [text, text] };
      case 'reorder':
        this.held.push(text);
        return { kind: 'send', texts: this.left === 0 ? this.held.splice(0).reverse() : [] };
    }
  }
}
