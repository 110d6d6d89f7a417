import type { Devchain } from '@ballast/devchain';

/** One step is so many seconds of the chain. */
const STEP_SECONDS = 3_600;

/** The price of WETH goes to so much of what it is, in even steps of an hour of the chain each; `each` is awaited after every one of them. */
export async function walkPrice({ feeds, mining }: Devchain, share: number, count: number, each: (price: bigint, step: number) => Promise<void>): Promise<void> {
  const { price: from } = await feeds.latest('WETH');
  for (let step = 1; step <= count; step += 1) {
    const price = BigInt(Math.round(Number(from) * share ** (step / count)));
    const time = (await mining.chainTime()) + STEP_SECONDS;
    await feeds.set('WETH', price, time - 1);
    await mining.mine(time);
    await each(price, step);
  }
}
