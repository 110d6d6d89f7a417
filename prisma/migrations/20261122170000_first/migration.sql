-- CreateTable
CREATE TABLE "Chain" (
    "id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "headNumber" BIGINT,
    "headHash" TEXT,
    "headTimestamp" BIGINT,
    "seenAt" TIMESTAMPTZ(3),
    "blindSince" TIMESTAMPTZ(3),
    "blindReason" TEXT,

    CONSTRAINT "Chain_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "WatchedAccount" (
    "chainId" INTEGER NOT NULL,
    "protocol" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "WatchedAccount_pkey" PRIMARY KEY ("chainId","protocol","account")
);

-- CreateTable
CREATE TABLE "Position" (
    "id" TEXT NOT NULL,
    "chainId" INTEGER NOT NULL,
    "protocol" TEXT NOT NULL,
    "market" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "blockNumber" BIGINT NOT NULL,
    "blockTimestamp" BIGINT NOT NULL,
    "observedAt" TIMESTAMPTZ(3) NOT NULL,
    "snapshot" JSONB NOT NULL,
    "report" JSONB NOT NULL,

    CONSTRAINT "Position_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PositionSample" (
    "positionId" TEXT NOT NULL,
    "blockNumber" BIGINT NOT NULL,
    "at" BIGINT NOT NULL,
    "healthFactor" DECIMAL(78,0),
    "priceE8" DECIMAL(78,0),
    "liquidationE8" DECIMAL(78,0),
    "chance24h" DOUBLE PRECISION,
    "debtUsdE8" DECIMAL(78,0) NOT NULL,
    "collateralUsdE8" DECIMAL(78,0) NOT NULL,

    CONSTRAINT "PositionSample_pkey" PRIMARY KEY ("positionId","blockNumber")
);

-- CreateTable
CREATE TABLE "PriceTick" (
    "chainId" INTEGER NOT NULL,
    "asset" TEXT NOT NULL,
    "at" BIGINT NOT NULL,
    "usdE8" DECIMAL(78,0) NOT NULL,

    CONSTRAINT "PriceTick_pkey" PRIMARY KEY ("chainId","asset","at")
);

-- CreateTable
CREATE TABLE "Mandate" (
    "hash" TEXT NOT NULL,
    "chainId" INTEGER NOT NULL,
    "guard" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "collateral" TEXT NOT NULL,
    "debt" TEXT NOT NULL,
    "actions" INTEGER NOT NULL,
    "triggerHf" DECIMAL(78,0) NOT NULL,
    "minHf" DECIMAL(78,0) NOT NULL,
    "maxHf" DECIMAL(78,0) NOT NULL,
    "maxCostBps" INTEGER NOT NULL,
    "fillPerDay" DECIMAL(78,0) NOT NULL,
    "keepers" TEXT NOT NULL,
    "expiry" BIGINT NOT NULL,
    "prev" TEXT NOT NULL,
    "signature" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "statusReason" TEXT,
    "positionId" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "activatedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Mandate_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "Decision" (
    "id" TEXT NOT NULL,
    "positionId" TEXT NOT NULL,
    "mandateHash" TEXT,
    "kind" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "blockNumber" BIGINT NOT NULL,
    "lastBlock" BIGINT NOT NULL,
    "at" BIGINT NOT NULL,
    "lastAt" BIGINT NOT NULL,
    "blocks" INTEGER NOT NULL DEFAULT 1,
    "healthFactor" DECIMAL(78,0),
    "lowestHealth" DECIMAL(78,0),
    "detail" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Decision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Lane" (
    "chainId" INTEGER NOT NULL,
    "address" TEXT NOT NULL,
    "nextNonce" BIGINT NOT NULL,

    CONSTRAINT "Lane_pkey" PRIMARY KEY ("chainId","address")
);

-- CreateTable
CREATE TABLE "Intent" (
    "id" TEXT NOT NULL,
    "chainId" INTEGER NOT NULL,
    "positionId" TEXT NOT NULL,
    "mandateHash" TEXT NOT NULL,
    "decisionId" TEXT,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "open" BOOLEAN NOT NULL DEFAULT true,
    "guard" TEXT NOT NULL,
    "min" DECIMAL(78,0) NOT NULL,
    "max" DECIMAL(78,0) NOT NULL,
    "deadline" BIGINT NOT NULL,
    "receipt" JSONB,
    "failureCode" TEXT,
    "failureMessage" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Intent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "IntentTransaction" (
    "id" TEXT NOT NULL,
    "intentId" TEXT NOT NULL,
    "chainId" INTEGER NOT NULL,
    "lane" TEXT NOT NULL,
    "nonce" BIGINT NOT NULL,
    "purpose" TEXT NOT NULL,
    "hash" TEXT,
    "raw" TEXT,
    "gasLimit" DECIMAL(78,0),
    "maxFeePerGas" DECIMAL(78,0),
    "maxPriorityFeePerGas" DECIMAL(78,0),
    "signedAt" TIMESTAMPTZ(3),
    "broadcastAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "IntentTransaction_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "IntentStep" (
    "intentId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "from" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "to" TEXT NOT NULL,
    "detail" JSONB,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "IntentStep_pkey" PRIMARY KEY ("intentId","seq")
);

-- CreateTable
CREATE TABLE "Subscription" (
    "id" TEXT NOT NULL,
    "chainId" INTEGER NOT NULL,
    "account" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "secret" TEXT,
    "status" TEXT NOT NULL,
    "confirmTokenHash" TEXT,
    "endToken" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "confirmedAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Subscription_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "OutboxEvent" (
    "id" TEXT NOT NULL,
    "chainId" INTEGER NOT NULL,
    "account" TEXT NOT NULL,
    "positionId" TEXT,
    "kind" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "OutboxEvent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Delivery" (
    "id" TEXT NOT NULL,
    "eventId" TEXT NOT NULL,
    "subscriptionId" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "nextAttemptAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "claimedUntil" TIMESTAMPTZ(3),
    "lastStatus" INTEGER,
    "lastError" TEXT,
    "deliveredAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SignInNonce" (
    "nonce" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "usedAt" TIMESTAMPTZ(3),

    CONSTRAINT "SignInNonce_pkey" PRIMARY KEY ("nonce")
);

-- CreateTable
CREATE TABLE "Session" (
    "tokenHash" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "chainId" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("tokenHash")
);

-- CreateIndex
CREATE INDEX "Position_account_idx" ON "Position"("account");

-- CreateIndex
CREATE INDEX "Mandate_owner_idx" ON "Mandate"("owner");

-- CreateIndex
CREATE INDEX "Mandate_positionId_status_idx" ON "Mandate"("positionId", "status");

-- CreateIndex
CREATE INDEX "Decision_positionId_createdAt_idx" ON "Decision"("positionId", "createdAt");

-- CreateIndex
CREATE INDEX "Decision_positionId_lastBlock_idx" ON "Decision"("positionId", "lastBlock");

-- CreateIndex
CREATE UNIQUE INDEX "Intent_decisionId_key" ON "Intent"("decisionId");

-- CreateIndex
CREATE INDEX "Intent_open_idx" ON "Intent"("open");

-- CreateIndex
CREATE INDEX "Intent_positionId_createdAt_idx" ON "Intent"("positionId", "createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "IntentTransaction_hash_key" ON "IntentTransaction"("hash");

-- CreateIndex
CREATE INDEX "IntentTransaction_chainId_lane_nonce_idx" ON "IntentTransaction"("chainId", "lane", "nonce");

-- CreateIndex
CREATE UNIQUE INDEX "Subscription_confirmTokenHash_key" ON "Subscription"("confirmTokenHash");

-- CreateIndex
CREATE UNIQUE INDEX "Subscription_endToken_key" ON "Subscription"("endToken");

-- CreateIndex
CREATE INDEX "Subscription_chainId_account_status_idx" ON "Subscription"("chainId", "account", "status");

-- CreateIndex
CREATE INDEX "OutboxEvent_account_createdAt_idx" ON "OutboxEvent"("account", "createdAt");

-- CreateIndex
CREATE INDEX "Delivery_subscriptionId_idx" ON "Delivery"("subscriptionId");

-- CreateIndex
CREATE UNIQUE INDEX "Delivery_eventId_subscriptionId_key" ON "Delivery"("eventId", "subscriptionId");

-- AddForeignKey
ALTER TABLE "PositionSample" ADD CONSTRAINT "PositionSample_positionId_fkey" FOREIGN KEY ("positionId") REFERENCES "Position"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Decision" ADD CONSTRAINT "Decision_positionId_fkey" FOREIGN KEY ("positionId") REFERENCES "Position"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Decision" ADD CONSTRAINT "Decision_mandateHash_fkey" FOREIGN KEY ("mandateHash") REFERENCES "Mandate"("hash") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Intent" ADD CONSTRAINT "Intent_positionId_fkey" FOREIGN KEY ("positionId") REFERENCES "Position"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Intent" ADD CONSTRAINT "Intent_decisionId_fkey" FOREIGN KEY ("decisionId") REFERENCES "Decision"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "IntentTransaction" ADD CONSTRAINT "IntentTransaction_intentId_fkey" FOREIGN KEY ("intentId") REFERENCES "Intent"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "IntentStep" ADD CONSTRAINT "IntentStep_intentId_fkey" FOREIGN KEY ("intentId") REFERENCES "Intent"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Delivery" ADD CONSTRAINT "Delivery_eventId_fkey" FOREIGN KEY ("eventId") REFERENCES "OutboxEvent"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Delivery" ADD CONSTRAINT "Delivery_subscriptionId_fkey" FOREIGN KEY ("subscriptionId") REFERENCES "Subscription"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's schema cannot say: rules over some of a table's rows.

-- One open action a position, and beside it one open activation: two workers that plan at once cannot both win, and an activation
-- on its way does not hold up a rescue under the mandate that is in force.
CREATE UNIQUE INDEX "Intent_one_open_a_position" ON "Intent"("positionId", ("kind" = 'ACTIVATE')) WHERE "open";

-- One signed and one active mandate a pair, as on chain.
CREATE UNIQUE INDEX "Mandate_one_live_a_pair" ON "Mandate"("chainId", "guard", "owner", "collateral", "debt", "status") WHERE "status" IN ('signed', 'active');

-- One subscription a channel and target that has not ended.
CREATE UNIQUE INDEX "Subscription_one_a_target" ON "Subscription"("chainId", "account", "channel", "target") WHERE "status" <> 'ended';

-- What the notifier looks for every second.
CREATE INDEX "Delivery_pending" ON "Delivery"("nextAttemptAt") WHERE "status" = 'pending';
