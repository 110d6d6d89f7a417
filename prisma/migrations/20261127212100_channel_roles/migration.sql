-- The least severity that a subscription takes: what is below it is not written for it.

ALTER TABLE "Subscription" ADD COLUMN "leastSeverity" TEXT NOT NULL DEFAULT 'info';
ALTER TABLE "Subscription" ADD CONSTRAINT "Subscription_leastSeverity_check" CHECK ("leastSeverity" IN ('info', 'warning', 'critical'));
