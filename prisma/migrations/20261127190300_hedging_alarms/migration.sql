-- When hedges and guarded accounts were last looked after, and since when a position is not explained.

CREATE TABLE "HedgingRound" (
    "chainId" INTEGER NOT NULL,
    "finishedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "HedgingRound_pkey" PRIMARY KEY ("chainId")
);

ALTER TABLE "VenueAccount" ADD COLUMN "differences" JSONB NOT NULL DEFAULT '{}';
