-- A leg that a newer version of the plan does not name stays in it until nothing more is held there.
ALTER TABLE "HedgePlanLeg" ADD COLUMN "leaving" BOOLEAN NOT NULL DEFAULT false;
