-- How the signed form names its loan: the pair of tokens on Aave, the market's id on Morpho, two markets on Venus.
ALTER TABLE "Mandate" ADD COLUMN "place" JSONB NOT NULL DEFAULT '{"guard":"AaveGuard"}';
ALTER TABLE "Mandate" ALTER COLUMN "place" DROP DEFAULT;

-- Morpho has several markets of one pair: the position tells them apart.
DROP INDEX "Mandate_one_live_a_pair";
CREATE UNIQUE INDEX "Mandate_one_live_a_pair" ON "Mandate"("chainId", "guard", "owner", "positionId", "collateral", "debt", "status") WHERE "status" IN ('signed', 'active');
