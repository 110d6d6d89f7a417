-- What would have been done for owners in shadow mode, and what became of the loan without it.
CREATE TABLE "WouldHave" (
    "id" TEXT NOT NULL,
    "chainId" INTEGER NOT NULL,
    "account" TEXT NOT NULL,
    "positionId" TEXT NOT NULL,
    "mandateHash" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "asset" JSONB NOT NULL,
    "amount" DECIMAL(78,0) NOT NULL,
    "trigger" DECIMAL(78,0) NOT NULL,
    "healthBefore" DECIMAL(78,0) NOT NULL,
    "costUsdE8" DECIMAL(78,0) NOT NULL,
    "lossAvoidedUsdE8" DECIMAL(78,0) NOT NULL,
    "blockNumber" BIGINT NOT NULL,
    "at" BIGINT NOT NULL,
    "legs" JSONB NOT NULL,
    "plan" JSONB NOT NULL,
    "refusal" TEXT,
    "healthAfter" DECIMAL(78,0),
    "gasUsed" BIGINT,
    "againBlock" BIGINT,
    "againRefusal" TEXT,
    "againGasUsed" BIGINT,
    "gasBps" INTEGER,
    "mismatch" BOOLEAN NOT NULL DEFAULT false,
    "open" BOOLEAN NOT NULL DEFAULT true,
    "outcome" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closedAt" TIMESTAMPTZ(3),

    CONSTRAINT "WouldHave_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "WouldHave" ADD CONSTRAINT "WouldHave_outcome_check" CHECK ("outcome" IN ('recovered', 'liquidated', 'owner-acted', 'lasted', 'left-shadow') AND NOT "open" AND "closedAt" IS NOT NULL OR "outcome" IS NULL AND "open" AND "closedAt" IS NULL);
ALTER TABLE "WouldHave" ADD CONSTRAINT "WouldHave_positionId_fkey" FOREIGN KEY ("positionId") REFERENCES "Position"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
CREATE INDEX "WouldHave_chainId_account_createdAt_idx" ON "WouldHave"("chainId", "account", "createdAt");
-- Nothing more is noted for a loan while one is open.
CREATE UNIQUE INDEX "WouldHave_one_open" ON "WouldHave"("positionId") WHERE "open";
