import { routes } from '../api/routes.js';
import type { Portfolio } from '../api/types.js';
import { useAnswer } from '../store/store.js';
import { amount, compare, listed } from '../words/numbers.js';

const REFRESH_MS = 15_000;

/** `+28.4 ETH`, `−40,000 USD`: what all loans together gain or lose with. */
export const exposureInWords = ({ of, net }: Portfolio['exposures'][number]): string => `${compare(net, '0') < 0 ? '−' : '+'}${amount(net.replace('-', ''), of)}`;

/** All loans of the address taken together: net amounts by what they are claims on, and the one wallet that has to serve all rescues. */
export function Together({ address }: { address: string }) {
  const { value } = useAnswer<Portfolio>(routes.portfolio(address), REFRESH_MS);
  if (value === undefined || value.exposures.length === 0) return null;
  const funds = value.rescueFunds.filter(({ balance }) => compare(balance, '0') > 0);
  return (
    <section className="card stack tight" style={{ marginTop: 16 }}>
      <h2>Taken together</h2>
      <p>
        Net of what is owned and owed: <b className="strong">{listed(value.exposures.map(exposureInWords))}</b>.
        {value.withoutRate.length > 0 && ` ${listed(value.withoutRate)} ${value.withoutRate.length === 1 ? 'stands for itself' : 'stand for themselves'}: what one is worth in ether is not known now.`}
      </p>
      <p className="small text2">
        {funds.length === 0 ? 'The wallet holds nothing that could rescue a loan.' : `One wallet for all rescues: ${listed(funds.map(({ asset, balance }) => amount(balance, asset.symbol)))}. What one rescue uses, another cannot.`}
      </p>
    </section>
  );
}
