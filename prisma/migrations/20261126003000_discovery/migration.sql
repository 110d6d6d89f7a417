-- CreateTable
CREATE TABLE "DiscoveryCursor" (
    "chainId" INTEGER NOT NULL,
    "protocol" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "fromBlock" BIGINT NOT NULL,
    "headBlock" BIGINT NOT NULL,
    "scanned" JSONB NOT NULL,
    "hashes" JSONB NOT NULL,
    "problem" TEXT,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "DiscoveryCursor_pkey" PRIMARY KEY ("chainId","protocol")
);

-- CreateTable
CREATE TABLE "DiscoveredPlace" (
    "chainId" INTEGER NOT NULL,
    "protocol" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "market" TEXT NOT NULL,
    "blockNumber" BIGINT NOT NULL,

    CONSTRAINT "DiscoveredPlace_pkey" PRIMARY KEY ("chainId","protocol","account","market")
);

-- CreateTable
CREATE TABLE "DiscoveredMarket" (
    "chainId" INTEGER NOT NULL,
    "protocol" TEXT NOT NULL,
    "market" TEXT NOT NULL,
    "blockNumber" BIGINT NOT NULL,

    CONSTRAINT "DiscoveredMarket_pkey" PRIMARY KEY ("chainId","protocol","market")
);

-- CreateIndex
CREATE INDEX "DiscoveredPlace_account_idx" ON "DiscoveredPlace"("account");

-- CreateIndex
CREATE INDEX "DiscoveredPlace_chainId_protocol_blockNumber_idx" ON "DiscoveredPlace"("chainId", "protocol", "blockNumber");
