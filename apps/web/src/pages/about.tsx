import { PageHead } from '../shell/shell.js';

export function AboutPage() {
  return (
    <>
      <PageHead name="About" headline="What Ballast is made of" />
      <div className="stack">
        <section className="card stack tight">
          <h2>What it may do</h2>
          <p>Ballast’s authority lives in a contract that nobody can change, and in the mandate that you signed. It can repay your debt or add to your collateral from your wallet, up to what you approved. It cannot withdraw your collateral, borrow in your name, or raise its own limits. The contract has not been audited yet.</p>
        </section>
        <section className="card stack tight">
          <h2>How the chances are computed</h2>
          <p>The chance of liquidation is the chance that the price touches the liquidation price within the time. Within a day, of ether and bitcoin, it is how often the price went that many typical moves before, on thousands of days; beyond a day and for other assets it is that of a random walk. Typical moves are measured from the prices we kept, or assumed while too few were kept: each position says which, and how far its history reaches. A random walk’s chance under 1% is shown as &lt;1%, since it says little about rarer events.</p>
        </section>
        <section className="card stack tight">
          <h2>Notices</h2>
          <p>Price charts: TradingView Lightweight Charts™, Copyright © 2026 TradingView, Inc. <a href="https://www.tradingview.com/">https://www.tradingview.com/</a>, Apache-2.0.</p>
          <p>Typefaces: Inter by Rasmus Andersson and JetBrains Mono by JetBrains, SIL Open Font License 1.1.</p>
          <p>React (MIT), d3-scale and d3-shape (ISC).</p>
        </section>
      </div>
    </>
  );
}
