-- Whether a subscription was made with a session of its account's owner. Of those that are there nobody knows: they count as others'.
ALTER TABLE "Subscription" ADD COLUMN "byOwner" BOOLEAN NOT NULL DEFAULT false;
