-- CreateTable
CREATE TABLE "Heartbeat" (
    "chainId" INTEGER NOT NULL,
    "sequence" BIGINT NOT NULL,
    "issuedAt" TIMESTAMPTZ(3) NOT NULL,
    "body" TEXT NOT NULL,
    "signature" TEXT NOT NULL,
    "keyId" TEXT NOT NULL,

    CONSTRAINT "Heartbeat_pkey" PRIMARY KEY ("chainId")
);

-- CreateTable
CREATE TABLE "Liveness" (
    "chainId" INTEGER NOT NULL,
    "measuredAt" TIMESTAMPTZ(3) NOT NULL,
    "figures" JSONB NOT NULL,

    CONSTRAINT "Liveness_pkey" PRIMARY KEY ("chainId")
);

-- CreateTable
CREATE TABLE "BlindSpell" (
    "chainId" INTEGER NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3),
    "reason" TEXT NOT NULL,

    CONSTRAINT "BlindSpell_pkey" PRIMARY KEY ("chainId","since")
);

-- A spell that is under way while this is applied.
INSERT INTO "BlindSpell" ("chainId", "since", "reason") SELECT "id", "blindSince", coalesce("blindReason", '') FROM "Chain" WHERE "blindSince" IS NOT NULL;

-- AlterTable
ALTER TABLE "Subscription" ADD COLUMN "aliveMinutes" INTEGER, ADD COLUMN "aliveAt" TIMESTAMPTZ(3);
ALTER TABLE "Subscription" ADD CONSTRAINT "Subscription_alive" CHECK ("aliveMinutes" IS NULL OR ("channel" = 'webhook' AND "aliveMinutes" BETWEEN 1 AND 1440));

-- Those who asked for signs of life are looked for every few seconds, and old signs are deleted.
CREATE INDEX "Subscription_alive_asked" ON "Subscription"("chainId") WHERE "aliveMinutes" IS NOT NULL AND "status" = 'active';
CREATE INDEX "OutboxEvent_alive" ON "OutboxEvent"("createdAt") WHERE "kind" = 'alive';
