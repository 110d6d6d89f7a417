-- A row stops: everything, or only sales of collateral. Nothing is signed against one (see PrismaActionJournal.sign).
CREATE TABLE "Switch" (
    "scope" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "setBy" TEXT NOT NULL,
    "stops" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Switch_pkey" PRIMARY KEY ("scope", "subject", "setBy")
);
ALTER TABLE "Switch" ADD CONSTRAINT "Switch_scope_check" CHECK ("scope" IN ('global', 'chain', 'protocol', 'owner'));
ALTER TABLE "Switch" ADD CONSTRAINT "Switch_stops_check" CHECK ("stops" IN ('all', 'fill'));

-- Who leads. The fence grows by one with every new holder and never falls.
CREATE TABLE "Lease" (
    "name" TEXT NOT NULL,
    "holder" TEXT NOT NULL,
    "fence" BIGINT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Lease_pkey" PRIMARY KEY ("name")
);
