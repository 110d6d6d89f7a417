import Bull from 'bull';

/** Run as a process of its own: takes one job, tells its parent, and never ends it. */
const [url, name] = process.argv.slice(2);
if (url === undefined || name === undefined) throw new Error('expected a Redis URL and a queue name');
const queue = new Bull(name, url, { settings: { lockDuration: 600, lockRenewTime: 300, stalledInterval: 300 } });
void queue.process(async () => {
  process.send?.('taken');
  await new Promise(() => {});
});
process.once('disconnect', () => process.exit(0));
