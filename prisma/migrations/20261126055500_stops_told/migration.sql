-- Whose end must still be told is looked for all the time.
CREATE INDEX "OutboxEvent_stops_told" ON "OutboxEvent"("chainId") WHERE "kind" = 'stop.set';
