-- That somebody who subscribed to an account that is not his has seen an alarm ends it for him alone. And who is told where the first were not reached, or have not seen it.

CREATE TABLE "AlarmSeen" (
    "alarmId" TEXT NOT NULL,
    "subscriptionId" TEXT NOT NULL,
    "cause" TEXT NOT NULL,
    "seenAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "AlarmSeen_pkey" PRIMARY KEY ("alarmId", "subscriptionId")
);
ALTER TABLE "AlarmSeen" ADD CONSTRAINT "AlarmSeen_alarmId_fkey" FOREIGN KEY ("alarmId") REFERENCES "Alarm"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "AlarmSeen" ADD CONSTRAINT "AlarmSeen_subscriptionId_fkey" FOREIGN KEY ("subscriptionId") REFERENCES "Subscription"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "Subscription" ADD COLUMN "escalatesAfterMinutes" INTEGER CHECK ("escalatesAfterMinutes" BETWEEN 1 AND 1440);
CREATE INDEX "Subscription_escalates" ON "Subscription"("chainId", "account") WHERE "escalatesAfterMinutes" IS NOT NULL AND "status" = 'active';
CREATE INDEX "OutboxEvent_ofAlarm" ON "OutboxEvent"("account", ("data"->'alarm'->>'id')) WHERE "data"->'alarm'->>'id' IS NOT NULL;
