-- Troubles that last, with who has seen them: told again until somebody has, or they are over.

CREATE TABLE "Alarm" (
    "id" TEXT NOT NULL,
    "chainId" INTEGER NOT NULL,
    "account" TEXT NOT NULL,
    "positionId" TEXT,
    "subject" TEXT NOT NULL,
    "cause" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "eventId" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "openedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "tellings" INTEGER NOT NULL DEFAULT 1,
    "toldAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "tellAt" TIMESTAMPTZ(3) NOT NULL,
    "acknowledgedAt" TIMESTAMPTZ(3),
    "acknowledgedBy" TEXT,
    "endedAt" TIMESTAMPTZ(3),
    "endedBy" TEXT,

    CONSTRAINT "Alarm_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "Alarm_account_openedAt_idx" ON "Alarm"("account", "openedAt");

-- One that is open a subject.
CREATE UNIQUE INDEX "Alarm_open" ON "Alarm"("chainId", "account", "subject") WHERE "endedAt" IS NULL;

-- Those that are to be told again.
CREATE INDEX "Alarm_due" ON "Alarm"("chainId", "tellAt") WHERE "endedAt" IS NULL AND "acknowledgedAt" IS NULL;
