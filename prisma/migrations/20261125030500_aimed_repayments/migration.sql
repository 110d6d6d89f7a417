-- AlterTable
ALTER TABLE "Intent" ADD COLUMN     "towards" JSONB;
