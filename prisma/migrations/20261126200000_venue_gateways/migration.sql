-- What owners seal keys to, what is listed at venues, and when an owner accepted what a key may lose.

ALTER TABLE "VenueKey" ADD COLUMN "acceptedAt" TIMESTAMPTZ(3), ADD COLUMN "accepted" TEXT;

CREATE TABLE "VenueGateway" (
    "chainId" INTEGER NOT NULL,
    "environment" TEXT NOT NULL,
    "publicKey" TEXT NOT NULL,
    "venues" TEXT[],
    "seenAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "VenueGateway_pkey" PRIMARY KEY ("chainId","environment"),
    CONSTRAINT "VenueGateway_environment" CHECK ("environment" IN ('paper', 'live'))
);

CREATE TABLE "VenueInstrument" (
    "id" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "listing" JSONB NOT NULL,
    "readAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "VenueInstrument_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "VenueInstrument_environment" CHECK ("environment" IN ('paper', 'live') AND "id" LIKE "environment" || ':%')
);
