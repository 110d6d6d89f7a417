-- Deliveries are claimed many at once: what their order and their endpoint rest on stands in their own rows, a claim has an id, and an endpoint that fails rests.

ALTER TABLE "Subscription" ADD COLUMN "host" TEXT;
UPDATE "Subscription" SET "host" = lower(substring("target" from '^[A-Za-z]+://(?:[^/?#@]*@)?([^/?#]+)')) WHERE "channel" = 'webhook';

ALTER TABLE "Delivery" ADD COLUMN "channel" TEXT, ADD COLUMN "urgency" INTEGER, ADD COLUMN "claimId" TEXT, ADD COLUMN "takenUpAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
UPDATE "Delivery" d SET "channel" = s."channel", "urgency" = CASE e."severity" WHEN 'critical' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END
FROM "Subscription" s, "OutboxEvent" e WHERE s."id" = d."subscriptionId" AND e."id" = d."eventId";
ALTER TABLE "Delivery" ALTER COLUMN "channel" SET NOT NULL, ALTER COLUMN "urgency" SET NOT NULL;

DROP INDEX "Delivery_pending";
CREATE INDEX "Delivery_pending" ON "Delivery"("channel", "urgency", "nextAttemptAt") WHERE "status" = 'pending';
CREATE INDEX "Delivery_held" ON "Delivery"("claimedUntil") WHERE "status" = 'pending' AND "claimedUntil" IS NOT NULL;

CREATE INDEX "Delivery_ended" ON "Delivery"("createdAt") WHERE "status" <> 'pending';

CREATE TABLE "DeliveryBreaker" (
    "endpoint" TEXT NOT NULL,
    "failures" INTEGER NOT NULL,
    "openUntil" TIMESTAMPTZ(3),
    "lastError" TEXT,
    "failedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "DeliveryBreaker_pkey" PRIMARY KEY ("endpoint")
);
