-- What an action was worth when it was planned: how much its fees may come to goes by it.
ALTER TABLE "Intent" ADD COLUMN "economics" JSONB;

-- The transactions of an intent are asked for at every step of its life.
CREATE INDEX "IntentTransaction_intentId_idx" ON "IntentTransaction"("intentId");
