-- AlterTable
ALTER TABLE "Intent" ADD COLUMN     "fill" JSONB,
ADD COLUMN     "permitId" TEXT;

-- CreateTable
CREATE TABLE "Permit" (
    "id" TEXT NOT NULL,
    "chainId" INTEGER NOT NULL,
    "mandateHash" TEXT NOT NULL,
    "positionId" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "spender" TEXT NOT NULL,
    "value" DECIMAL(78,0) NOT NULL,
    "nonce" DECIMAL(78,0) NOT NULL,
    "deadline" BIGINT NOT NULL,
    "signature" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "stateReason" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "settledAt" TIMESTAMPTZ(3),

    CONSTRAINT "Permit_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Permit_chainId_state_idx" ON "Permit"("chainId", "state");

-- CreateIndex
CREATE INDEX "Permit_positionId_idx" ON "Permit"("positionId");

-- CreateIndex
CREATE UNIQUE INDEX "Permit_chainId_token_owner_spender_nonce_signature_key" ON "Permit"("chainId", "token", "owner", "spender", "nonce", "signature");

-- AddForeignKey
ALTER TABLE "Permit" ADD CONSTRAINT "Permit_mandateHash_fkey" FOREIGN KEY ("mandateHash") REFERENCES "Mandate"("hash") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Intent" ADD CONSTRAINT "Intent_permitId_fkey" FOREIGN KEY ("permitId") REFERENCES "Permit"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma's schema cannot say: rules over some of a table's rows.

-- Submitting a permit moves nothing: it neither holds up an action nor waits for one, and each permit has at most one open intent.
DROP INDEX "Intent_one_open_a_position";
CREATE UNIQUE INDEX "Intent_one_open_a_position" ON "Intent"("positionId", ("kind" = 'ACTIVATE')) WHERE "open" AND "kind" <> 'PERMIT';
CREATE UNIQUE INDEX "Intent_one_open_a_permit" ON "Intent"("permitId") WHERE "open" AND "permitId" IS NOT NULL;
