-- Signing secrets that were replaced, each with the time until which is signed with it too.
ALTER TABLE "Subscription" ADD COLUMN "retiredSecrets" JSONB NOT NULL DEFAULT '[]';
