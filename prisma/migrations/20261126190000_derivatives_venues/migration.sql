-- Accounts at derivatives venues, what hedges them, and every order. Paper and live are kept apart here, whatever a program does: each id begins with its environment, and every
-- reference carries the environment with it.

CREATE TABLE "VenueKey" (
    "environment" TEXT NOT NULL,
    "venue" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "chainId" INTEGER NOT NULL,
    "owner" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,
    "limits" JSONB NOT NULL,
    "state" TEXT NOT NULL,
    "standing" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "VenueKey_pkey" PRIMARY KEY ("environment","venue","name")
);

CREATE TABLE "VenueAccount" (
    "id" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "venue" TEXT NOT NULL,
    "keyName" TEXT NOT NULL,
    "chainId" INTEGER NOT NULL,
    "owner" TEXT NOT NULL,
    "carriesHedges" BOOLEAN NOT NULL DEFAULT false,
    "bounds" JSONB,
    "boundsVersion" INTEGER NOT NULL DEFAULT 0,
    "reading" JSONB,
    "readAt" TIMESTAMPTZ(3),
    "unreadSince" TIMESTAMPTZ(3),
    "unreadWhy" TEXT,
    "fillsCursor" JSONB,
    "fundingCursor" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "VenueAccount_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "VenueLeverage" (
    "environment" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "instrument" TEXT NOT NULL,
    "leverage" DECIMAL(78,0) NOT NULL,
    "readAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "VenueLeverage_pkey" PRIMARY KEY ("account","instrument")
);

CREATE TABLE "VenueMark" (
    "environment" TEXT NOT NULL,
    "instrument" TEXT NOT NULL,
    "minute" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "usdE8" DECIMAL(78,0) NOT NULL,

    CONSTRAINT "VenueMark_pkey" PRIMARY KEY ("instrument","minute")
);

CREATE TABLE "HedgePlan" (
    "id" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "chainId" INTEGER NOT NULL,
    "owner" TEXT NOT NULL,
    "underlying" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "endedWhy" TEXT,
    "dangerGoneAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "HedgePlan_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "HedgePlanVersion" (
    "planId" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "environment" TEXT NOT NULL,
    "policy" JSONB NOT NULL,
    "putsAccount" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "HedgePlanVersion_pkey" PRIMARY KEY ("planId","version")
);

CREATE TABLE "HedgePlanLeg" (
    "planId" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "place" INTEGER NOT NULL,
    "environment" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "instrument" TEXT NOT NULL,
    "maxNotionalUsdE8" DECIMAL(78,0) NOT NULL,

    CONSTRAINT "HedgePlanLeg_pkey" PRIMARY KEY ("planId","version","place")
);

CREATE TABLE "VenueDecision" (
    "id" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "chainId" INTEGER NOT NULL,
    "owner" TEXT NOT NULL,
    "planId" TEXT,
    "account" TEXT,
    "underlying" TEXT,
    "version" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "lastAt" TIMESTAMPTZ(3) NOT NULL,
    "looks" INTEGER NOT NULL DEFAULT 1,
    "detail" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "VenueDecision_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "VenueOrder" (
    "clientId" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "instrument" TEXT NOT NULL,
    "underlying" TEXT NOT NULL,
    "chainId" INTEGER NOT NULL,
    "owner" TEXT NOT NULL,
    "decisionId" TEXT NOT NULL,
    "planId" TEXT,
    "version" INTEGER NOT NULL,
    "slice" INTEGER NOT NULL,
    "side" TEXT NOT NULL,
    "contracts" DECIMAL(78,0) NOT NULL,
    "priceUnit" TEXT NOT NULL,
    "priceCap" DECIMAL(78,0) NOT NULL,
    "reduceOnly" BOOLEAN NOT NULL,
    "validUntil" TIMESTAMPTZ(3) NOT NULL,
    "notionalUsdE8" DECIMAL(78,0) NOT NULL,
    "state" TEXT NOT NULL,
    "open" BOOLEAN NOT NULL DEFAULT true,
    "timesSent" INTEGER NOT NULL DEFAULT 0,
    "sentAt" TIMESTAMPTZ(3),
    "sentOn" TIMESTAMPTZ(3),
    "filled" DECIMAL(78,0) NOT NULL DEFAULT 0,
    "why" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closedAt" TIMESTAMPTZ(3),

    CONSTRAINT "VenueOrder_pkey" PRIMARY KEY ("clientId")
);

CREATE TABLE "VenueOrderStep" (
    "clientId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "from" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "to" TEXT NOT NULL,
    "detail" JSONB,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "VenueOrderStep_pkey" PRIMARY KEY ("clientId","seq")
);

CREATE TABLE "VenueMarginMove" (
    "id" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "instrument" TEXT NOT NULL,
    "chainId" INTEGER NOT NULL,
    "owner" TEXT NOT NULL,
    "decisionId" TEXT NOT NULL,
    "planId" TEXT,
    "version" INTEGER NOT NULL,
    "amount" DECIMAL(78,0) NOT NULL,
    "marginBefore" DECIMAL(78,0) NOT NULL,
    "state" TEXT NOT NULL,
    "open" BOOLEAN NOT NULL DEFAULT true,
    "sentAt" TIMESTAMPTZ(3),
    "why" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closedAt" TIMESTAMPTZ(3),

    CONSTRAINT "VenueMarginMove_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "VenueFill" (
    "account" TEXT NOT NULL,
    "fillId" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "instrument" TEXT NOT NULL,
    "venueOrderId" TEXT NOT NULL,
    "clientId" TEXT,
    "orderId" TEXT,
    "cause" TEXT NOT NULL,
    "side" TEXT NOT NULL,
    "contracts" DECIMAL(78,0) NOT NULL,
    "priceUnit" TEXT NOT NULL,
    "price" DECIMAL(78,0) NOT NULL,
    "fee" DECIMAL(78,0) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "countedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "VenueFill_pkey" PRIMARY KEY ("account","fillId")
);

CREATE TABLE "VenueFundingPayment" (
    "account" TEXT NOT NULL,
    "paymentId" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "instrument" TEXT NOT NULL,
    "amount" DECIMAL(78,0) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "countedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "VenueFundingPayment_pkey" PRIMARY KEY ("account","paymentId")
);

CREATE TABLE "VenueHolding" (
    "account" TEXT NOT NULL,
    "instrument" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "contracts" DECIMAL(78,0) NOT NULL,

    CONSTRAINT "VenueHolding_pkey" PRIMARY KEY ("account","instrument")
);

CREATE TABLE "VenueStop" (
    "environment" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "setBy" TEXT NOT NULL,
    "level" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "confirmedAt" TIMESTAMPTZ(3),

    CONSTRAINT "VenueStop_pkey" PRIMARY KEY ("environment","scope","subject","setBy")
);

CREATE INDEX "VenueKey_chainId_owner_idx" ON "VenueKey"("chainId", "owner");

CREATE INDEX "VenueAccount_chainId_owner_idx" ON "VenueAccount"("chainId", "owner");

CREATE UNIQUE INDEX "VenueAccount_environment_id_key" ON "VenueAccount"("environment", "id");

CREATE INDEX "HedgePlan_chainId_active_idx" ON "HedgePlan"("chainId", "active");

CREATE UNIQUE INDEX "HedgePlan_environment_id_key" ON "HedgePlan"("environment", "id");

CREATE UNIQUE INDEX "HedgePlanVersion_environment_planId_version_key" ON "HedgePlanVersion"("environment", "planId", "version");

CREATE INDEX "HedgePlanLeg_account_idx" ON "HedgePlanLeg"("account");

CREATE INDEX "VenueDecision_planId_lastAt_idx" ON "VenueDecision"("planId", "lastAt");

CREATE INDEX "VenueDecision_account_lastAt_idx" ON "VenueDecision"("account", "lastAt");

CREATE INDEX "VenueDecision_owner_createdAt_idx" ON "VenueDecision"("owner", "createdAt");

CREATE UNIQUE INDEX "VenueDecision_environment_id_key" ON "VenueDecision"("environment", "id");

CREATE INDEX "VenueOrder_environment_chainId_owner_sentOn_idx" ON "VenueOrder"("environment", "chainId", "owner", "sentOn");

CREATE INDEX "VenueOrder_decisionId_idx" ON "VenueOrder"("decisionId");

CREATE INDEX "VenueOrder_planId_createdAt_idx" ON "VenueOrder"("planId", "createdAt");

CREATE INDEX "VenueOrder_account_createdAt_idx" ON "VenueOrder"("account", "createdAt");

CREATE UNIQUE INDEX "VenueOrder_environment_account_instrument_clientId_key" ON "VenueOrder"("environment", "account", "instrument", "clientId");

CREATE INDEX "VenueMarginMove_account_createdAt_idx" ON "VenueMarginMove"("account", "createdAt");

CREATE INDEX "VenueMarginMove_decisionId_idx" ON "VenueMarginMove"("decisionId");

CREATE INDEX "VenueFill_account_at_idx" ON "VenueFill"("account", "at");

CREATE INDEX "VenueFill_account_countedAt_idx" ON "VenueFill"("account", "countedAt");

CREATE INDEX "VenueFill_orderId_idx" ON "VenueFill"("orderId");

CREATE INDEX "VenueFundingPayment_account_at_idx" ON "VenueFundingPayment"("account", "at");

CREATE INDEX "VenueFundingPayment_account_countedAt_idx" ON "VenueFundingPayment"("account", "countedAt");

ALTER TABLE "VenueAccount" ADD CONSTRAINT "VenueAccount_environment_venue_keyName_fkey" FOREIGN KEY ("environment", "venue", "keyName") REFERENCES "VenueKey"("environment", "venue", "name") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "VenueLeverage" ADD CONSTRAINT "VenueLeverage_environment_account_fkey" FOREIGN KEY ("environment", "account") REFERENCES "VenueAccount"("environment", "id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "HedgePlanVersion" ADD CONSTRAINT "HedgePlanVersion_environment_planId_fkey" FOREIGN KEY ("environment", "planId") REFERENCES "HedgePlan"("environment", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "HedgePlanVersion" ADD CONSTRAINT "HedgePlanVersion_environment_putsAccount_fkey" FOREIGN KEY ("environment", "putsAccount") REFERENCES "VenueAccount"("environment", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "HedgePlanLeg" ADD CONSTRAINT "HedgePlanLeg_environment_planId_version_fkey" FOREIGN KEY ("environment", "planId", "version") REFERENCES "HedgePlanVersion"("environment", "planId", "version") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "HedgePlanLeg" ADD CONSTRAINT "HedgePlanLeg_environment_account_fkey" FOREIGN KEY ("environment", "account") REFERENCES "VenueAccount"("environment", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "VenueDecision" ADD CONSTRAINT "VenueDecision_environment_planId_fkey" FOREIGN KEY ("environment", "planId") REFERENCES "HedgePlan"("environment", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "VenueDecision" ADD CONSTRAINT "VenueDecision_environment_account_fkey" FOREIGN KEY ("environment", "account") REFERENCES "VenueAccount"("environment", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "VenueOrder" ADD CONSTRAINT "VenueOrder_environment_account_fkey" FOREIGN KEY ("environment", "account") REFERENCES "VenueAccount"("environment", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "VenueOrder" ADD CONSTRAINT "VenueOrder_environment_planId_version_fkey" FOREIGN KEY ("environment", "planId", "version") REFERENCES "HedgePlanVersion"("environment", "planId", "version") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "VenueOrder" ADD CONSTRAINT "VenueOrder_environment_decisionId_fkey" FOREIGN KEY ("environment", "decisionId") REFERENCES "VenueDecision"("environment", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "VenueOrderStep" ADD CONSTRAINT "VenueOrderStep_clientId_fkey" FOREIGN KEY ("clientId") REFERENCES "VenueOrder"("clientId") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "VenueMarginMove" ADD CONSTRAINT "VenueMarginMove_environment_account_fkey" FOREIGN KEY ("environment", "account") REFERENCES "VenueAccount"("environment", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "VenueMarginMove" ADD CONSTRAINT "VenueMarginMove_environment_planId_version_fkey" FOREIGN KEY ("environment", "planId", "version") REFERENCES "HedgePlanVersion"("environment", "planId", "version") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "VenueMarginMove" ADD CONSTRAINT "VenueMarginMove_environment_decisionId_fkey" FOREIGN KEY ("environment", "decisionId") REFERENCES "VenueDecision"("environment", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "VenueFill" ADD CONSTRAINT "VenueFill_environment_account_fkey" FOREIGN KEY ("environment", "account") REFERENCES "VenueAccount"("environment", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "VenueFill" ADD CONSTRAINT "VenueFill_environment_account_instrument_orderId_fkey" FOREIGN KEY ("environment", "account", "instrument", "orderId") REFERENCES "VenueOrder"("environment", "account", "instrument", "clientId") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "VenueFundingPayment" ADD CONSTRAINT "VenueFundingPayment_environment_account_fkey" FOREIGN KEY ("environment", "account") REFERENCES "VenueAccount"("environment", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "VenueHolding" ADD CONSTRAINT "VenueHolding_environment_account_fkey" FOREIGN KEY ("environment", "account") REFERENCES "VenueAccount"("environment", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- An id begins with `<environment>:<venue>:` of its row.
ALTER TABLE "VenueKey" ADD CONSTRAINT "VenueKey_place_check" CHECK ("environment" IN ('paper', 'live') AND "venue" ~ '^[a-z0-9-]+$' AND "name" ~ '^[A-Za-z0-9_-]{1,48}$');
ALTER TABLE "VenueAccount" ADD CONSTRAINT "VenueAccount_place_check" CHECK ("id" = "environment" || ':' || "venue" || ':account:' || "keyName" OR starts_with("id", "environment" || ':' || "venue" || ':account:' || "keyName" || '.'));
ALTER TABLE "VenueLeverage" ADD CONSTRAINT "VenueLeverage_place_check" CHECK (starts_with("account", "environment" || ':') AND starts_with("instrument", "environment" || ':' || split_part("account", ':', 2) || ':instrument:'));
ALTER TABLE "VenueMark" ADD CONSTRAINT "VenueMark_place_check" CHECK ("environment" IN ('paper', 'live') AND starts_with("instrument", "environment" || ':') AND split_part("instrument", ':', 3) = 'instrument');
ALTER TABLE "HedgePlan" ADD CONSTRAINT "HedgePlan_environment_check" CHECK ("environment" IN ('paper', 'live'));
ALTER TABLE "HedgePlanVersion" ADD CONSTRAINT "HedgePlanVersion_place_check" CHECK ("putsAccount" IS NULL OR starts_with("putsAccount", "environment" || ':'));
ALTER TABLE "HedgePlanLeg" ADD CONSTRAINT "HedgePlanLeg_place_check" CHECK (starts_with("account", "environment" || ':') AND starts_with("instrument", "environment" || ':' || split_part("account", ':', 2) || ':instrument:'));
ALTER TABLE "VenueDecision" ADD CONSTRAINT "VenueDecision_subject_check" CHECK (("planId" IS NULL) <> ("account" IS NULL) AND ("planId" IS NULL) = ("underlying" IS NULL) AND ("account" IS NULL OR starts_with("account", "environment" || ':')));
ALTER TABLE "VenueOrder" ADD CONSTRAINT "VenueOrder_place_check" CHECK (starts_with("account", "environment" || ':') AND starts_with("instrument", "environment" || ':' || split_part("account", ':', 2) || ':instrument:'));
ALTER TABLE "VenueMarginMove" ADD CONSTRAINT "VenueMarginMove_place_check" CHECK (starts_with("account", "environment" || ':') AND starts_with("instrument", "environment" || ':' || split_part("account", ':', 2) || ':instrument:'));
ALTER TABLE "VenueFill" ADD CONSTRAINT "VenueFill_place_check" CHECK (starts_with("account", "environment" || ':') AND starts_with("instrument", "environment" || ':' || split_part("account", ':', 2) || ':instrument:'));
ALTER TABLE "VenueFundingPayment" ADD CONSTRAINT "VenueFundingPayment_place_check" CHECK (starts_with("account", "environment" || ':') AND starts_with("instrument", "environment" || ':' || split_part("account", ':', 2) || ':instrument:'));
ALTER TABLE "VenueHolding" ADD CONSTRAINT "VenueHolding_place_check" CHECK (starts_with("account", "environment" || ':') AND starts_with("instrument", "environment" || ':' || split_part("account", ':', 2) || ':instrument:'));
ALTER TABLE "VenueStop" ADD CONSTRAINT "VenueStop_environment_check" CHECK ("environment" IN ('paper', 'live'));

-- What a state allows beside it.
ALTER TABLE "VenueKey" ADD CONSTRAINT "VenueKey_state_check" CHECK ("state" IN ('new', 'connected', 'refused', 'ended') AND ("state" = 'ended') = ("sealed" = '') AND ("state" = 'ended') = ("endedAt" IS NOT NULL));
ALTER TABLE "HedgePlan" ADD CONSTRAINT "HedgePlan_active_check" CHECK ("active" = ("endedAt" IS NULL) AND "active" = ("endedWhy" IS NULL));
ALTER TABLE "VenueDecision" ADD CONSTRAINT "VenueDecision_kind_check" CHECK ("kind" IN ('act', 'hold', 'cannot') AND ("kind" <> 'act' OR "looks" = 1));
ALTER TABLE "VenueOrder" ADD CONSTRAINT "VenueOrder_order_check" CHECK ("clientId" ~ '^[0-9a-f]{32}$' AND "side" IN ('buy', 'sell') AND "priceUnit" IN ('usd', 'coin') AND "contracts" > 0 AND "filled" >= 0 AND "notionalUsdE8" >= 0);
ALTER TABLE "VenueOrder" ADD CONSTRAINT "VenueOrder_state_check" CHECK (
    "state" IN ('PLANNED', 'SENT', 'UNKNOWN', 'ACKED', 'PARTIAL', 'FILLED', 'CANCELED', 'REJECTED', 'DROPPED')
    AND "open" = ("state" IN ('PLANNED', 'SENT', 'UNKNOWN', 'ACKED', 'PARTIAL')) AND "open" = ("closedAt" IS NULL)
    AND ("timesSent" > 0) = ("sentAt" IS NOT NULL) AND ("sentAt" IS NULL) = ("sentOn" IS NULL) AND ("state" IN ('PLANNED', 'DROPPED')) = ("timesSent" = 0));
ALTER TABLE "VenueMarginMove" ADD CONSTRAINT "VenueMarginMove_state_check" CHECK (
    "state" IN ('PLANNED', 'SENT', 'UNKNOWN', 'DONE', 'REJECTED', 'DROPPED') AND "amount" > 0
    AND "open" = ("state" IN ('PLANNED', 'SENT', 'UNKNOWN')) AND "open" = ("closedAt" IS NULL) AND ("state" IN ('PLANNED', 'DROPPED')) = ("sentAt" IS NULL));
ALTER TABLE "VenueFill" ADD CONSTRAINT "VenueFill_fill_check" CHECK (
    "cause" IN ('order', 'liquidation', 'adl', 'settlement') AND "side" IN ('buy', 'sell') AND "priceUnit" IN ('usd', 'coin') AND ("orderId" IS NULL OR "orderId" = "clientId" AND "cause" = 'order'));
ALTER TABLE "VenueStop" ADD CONSTRAINT "VenueStop_level_check" CHECK ("scope" IN ('global', 'venue', 'owner') AND "level" IN ('no-grow', 'cancel-all', 'flatten') AND ("confirmedAt" IS NULL OR "level" = 'flatten'));

-- One at a time.
CREATE UNIQUE INDEX "HedgePlan_one_active" ON "HedgePlan"("environment", "chainId", "owner", "underlying") WHERE "active";
CREATE UNIQUE INDEX "VenueOrder_one_open" ON "VenueOrder"("account", "underlying") WHERE "open";
CREATE UNIQUE INDEX "VenueMarginMove_one_open" ON "VenueMarginMove"("account") WHERE "open";
