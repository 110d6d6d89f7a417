-- Stops of one token's sales at a protocol, and stops that let through what is urgent.
ALTER TABLE "Switch" DROP CONSTRAINT "Switch_scope_check";
ALTER TABLE "Switch" ADD CONSTRAINT "Switch_scope_check" CHECK ("scope" IN ('global', 'chain', 'protocol', 'asset', 'owner'));
ALTER TABLE "Switch" DROP CONSTRAINT "Switch_stops_check";
ALTER TABLE "Switch" ADD CONSTRAINT "Switch_stops_check" CHECK ("stops" IN ('all', 'not-urgent', 'fill'));

-- What a protocol runs on, as it was found at first or accepted by an operator, beside what was seen last.
CREATE TABLE "AcceptedCode" (
    "chainId" INTEGER NOT NULL,
    "protocol" TEXT NOT NULL,
    "what" TEXT NOT NULL,
    "asset" TEXT NOT NULL DEFAULT '',
    "accepted" TEXT NOT NULL,
    "seen" TEXT NOT NULL,
    "acceptedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "AcceptedCode_pkey" PRIMARY KEY ("chainId", "protocol", "what")
);

-- How far what our guards tell of was compared with our journal.
CREATE TABLE "ExecutionWatch" (
    "chainId" INTEGER NOT NULL,
    "sinceBlock" BIGINT NOT NULL,
    "blockNumber" BIGINT NOT NULL,

    CONSTRAINT "ExecutionWatch_pkey" PRIMARY KEY ("chainId")
);

-- A lane that takes itself off the list of keepers. Written before anything is sent, and tried until the list no longer names it.
CREATE TABLE "LaneRemoval" (
    "chainId" INTEGER NOT NULL,
    "lane" TEXT NOT NULL,
    "keepers" TEXT NOT NULL,
    "because" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "problem" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "settledAt" TIMESTAMPTZ(3),

    CONSTRAINT "LaneRemoval_pkey" PRIMARY KEY ("chainId", "lane", "keepers")
);
ALTER TABLE "LaneRemoval" ADD CONSTRAINT "LaneRemoval_state_check" CHECK ("state" IN ('open', 'removed', 'impossible', 'called-off'));

CREATE TABLE "LaneRemovalTransaction" (
    "hash" TEXT NOT NULL,
    "chainId" INTEGER NOT NULL,
    "lane" TEXT NOT NULL,
    "keepers" TEXT NOT NULL,
    "nonce" BIGINT NOT NULL,
    "raw" TEXT NOT NULL,
    "maxFeePerGas" DECIMAL(78,0) NOT NULL,
    "maxPriorityFeePerGas" DECIMAL(78,0) NOT NULL,
    "signedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "LaneRemovalTransaction_pkey" PRIMARY KEY ("hash")
);
CREATE INDEX "LaneRemovalTransaction_chainId_lane_keepers_idx" ON "LaneRemovalTransaction"("chainId", "lane", "keepers");
ALTER TABLE "LaneRemovalTransaction" ADD CONSTRAINT "LaneRemovalTransaction_removal_fkey" FOREIGN KEY ("chainId", "lane", "keepers") REFERENCES "LaneRemoval"("chainId", "lane", "keepers") ON DELETE CASCADE ON UPDATE CASCADE;

-- Breakers look at what ended lately.
CREATE INDEX "Intent_chainId_closedAt_idx" ON "Intent"("chainId", "closedAt");
