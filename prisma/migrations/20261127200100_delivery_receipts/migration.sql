-- What was answered to each attempt of a delivery.

CREATE TABLE "DeliveryReceipt" (
    "id" BIGSERIAL NOT NULL,
    "deliveryId" TEXT NOT NULL,
    "attemptedAt" TIMESTAMPTZ(3) NOT NULL,
    "latencyMs" INTEGER NOT NULL,
    "status" INTEGER,
    "error" TEXT,
    "answer" TEXT,

    CONSTRAINT "DeliveryReceipt_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "DeliveryReceipt_deliveryId_id_idx" ON "DeliveryReceipt"("deliveryId", "id");
CREATE INDEX "DeliveryReceipt_attemptedAt_idx" ON "DeliveryReceipt"("attemptedAt");

ALTER TABLE "DeliveryReceipt" ADD CONSTRAINT "DeliveryReceipt_deliveryId_fkey" FOREIGN KEY ("deliveryId") REFERENCES "Delivery"("id") ON DELETE CASCADE ON UPDATE CASCADE;
