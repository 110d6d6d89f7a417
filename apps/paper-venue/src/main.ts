import { InvalidEnvironment } from '@ballast/environment';
import { readEnv } from './env.js';
import { FeedUnavailable } from './feed/price-feed.js';
import { startPaperVenue } from './paper-venue.js';

async function main(): Promise<void> {
  const { port, url, stop } = await startPaperVenue(readEnv());
  const end = (): void => void stop().then(() => process.exit(0));
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  console.log(JSON.stringify({ paperVenue: url, port, pid: process.pid }));
}

main().catch((error: Error) => {
  // A setting is told in its own words; anything else is a defect and keeps its stack.
  console.error(error instanceof InvalidEnvironment || error instanceof FeedUnavailable ? `The paper venue cannot start:\n${error.message}` : error);
  process.exit(1);
});
