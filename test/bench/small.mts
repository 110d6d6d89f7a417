import { VenueBook } from '../../apps/worker/src/reaction/venue-book.js';
import { benchReaction } from './reaction.js';
const crossed = VenueBook.prototype.crossed; let n = 0;
(VenueBook.prototype as any).crossed = function (this: any) { const r = crossed.call(this); n += 1; if (n % 10 === 0) console.error('crossed', this.protocol, r.length, 'size', this.size, 'unread', this.unread); return r; };
await benchReaction({ sizes: [{ tracked: 600, onChain: 60, blocks: 20, fewEvery: 5 }], blockEveryMs: 500 }, (l) => console.error(l)).catch((e) => { console.error(e); process.exit(1); });
process.exit(0);
