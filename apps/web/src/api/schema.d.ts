// Generated from docs/openapi.json by tools/generate-openapi.mts; do not edit.

export interface paths {
    "/v1/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Chains, contracts and tokens that this service speaks of */
        get: operations["getConfig"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How fresh our sight of each chain is, and what is waiting */
        get: operations["getStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/status/heartbeat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest heartbeat, signed by the worker; this service holds no key of it and passes it on to the letter */
        get: operations["getHeartbeat"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/watchdog/recipients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Confirmed subscriptions with all that it takes to reach them, for the watchdog alone */
        get: operations["getWatchdogRecipients"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether this process can do its work */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["getOpenapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/nonce": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A nonce for a Sign-In with Ethereum message, good once and for ten minutes */
        post: operations["createNonce"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Checks the signed message (EIP-4361) and sets the session cookie */
        post: operations["signIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends the session */
        post: operations["signOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in; address null when nobody is */
        get: operations["getSession"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{address}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Starts to watch the address, read-only */
        put: operations["watchAccount"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{address}/positions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The positions of a watched address, nearest to liquidation first */
        get: operations["getAccountPositions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{address}/portfolio": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All positions of a watched address taken together: net amounts by underlying, the weakest, what there is to rescue with */
        get: operations["getAccountPortfolio"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{address}/activity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What Ballast saw, did and chose not to do, newest first; what tells of hedges and derivative accounts is in it for their owner’s session alone */
        get: operations["getAccountActivity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{address}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which alerts went where, newest first, with a receipt of each attempt; of one status where it is named */
        get: operations["getAccountDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{address}/deliveries/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends an alert again that was delivered or given up, under the same event id */
        post: operations["replayDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{address}/subscriptions/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends again what was given up for a subscription, the oldest first, up to 500 at once, under the same event ids */
        post: operations["replaySubscription"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{address}/subscriptions/{id}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives a webhook that the owner made a new signing secret; the one before it is signed with too for 24 hours */
        post: operations["renewSubscriptionSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{address}/subscriptions/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Posts an event of the type `ballast.test` to one webhook; its receipt is among the deliveries */
        post: operations["testSubscription"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{address}/alarms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Troubles that last, those that are open first: each is told again until it is acknowledged or over */
        get: operations["getAccountAlarms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{address}/alarms/{id}/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The owner has seen the alarm: it is not told again, unless its cause becomes another */
        post: operations["acknowledgeAlarm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{address}/mandates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every mandate of the address, newest first */
        get: operations["getAccountMandates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{address}/subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is told about the address */
        get: operations["getAccountSubscriptions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stops": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Kill switches and tripped breakers in force on this chain, oldest first; not those that owners set for themselves */
        get: operations["getStops"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{address}/stops": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The stops that cover loans of the address which Ballast protects */
        get: operations["getAccountStops"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{address}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The owner stops Ballast for all loans of the address: nothing more is signed for them. Ends no mandate: that is the owner’s own transaction */
        post: operations["stopAccount"];
        /** The owner lets Ballast go on; stops that others set stay */
        delete: operations["releaseAccount"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{address}/shadow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What Ballast would have done for the address in shadow mode, and what became of its loans without it */
        get: operations["getShadow"];
        /** The owner enters shadow mode: everything is decided and tried out, and nothing is signed */
        put: operations["enterShadow"];
        post?: never;
        /** The owner leaves shadow mode: Ballast acts again as the mandates say, unless something else stops it */
        delete: operations["leaveShadow"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/positions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One position with its risk and its protection */
        get: operations["getPosition"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/positions/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Samples for the chart, oldest first, thinned to `points` */
        get: operations["getPositionHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/positions/{id}/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Decisions about the position, newest first */
        get: operations["getPositionDecisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/decisions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One decision: what was weighed, and how the action went */
        get: operations["getDecision"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/mandates/draft": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A mandate ready to sign, with the approvals that it needs; for a Safe’s account an owner of the Safe may ask */
        post: operations["draftMandate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/mandates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stores a mandate, signed or to be put in force by the owner’s own transaction; it is active once the chain confirms it */
        post: operations["submitMandate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/mandates/{hash}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One mandate */
        get: operations["getMandate"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/mandates/{hash}/revocation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The transaction with which its owner ends a mandate, unsigned */
        get: operations["getMandateRevocation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/moves/prepare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Collateral from a healthy position to one in danger, as one batch for the owner to sign, with the health of both before and after */
        post: operations["prepareMove"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/venues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Derivatives venues that can be connected, what to seal keys to, and what connecting risks */
        get: operations["getVenues"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{address}/derivatives": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The owner’s whole exposure by underlying, with hedges, derivative accounts and keys */
        get: operations["getDerivatives"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{address}/venue-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hands in a sealed trading key; it is tried, read with, and not traded with before it is accepted */
        post: operations["connectVenueKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{address}/venue-keys/{name}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The owner has read what a stolen server could lose, and lets Ballast trade with the key inside its limits */
        post: operations["acceptVenueKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{address}/venue-keys/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Erases a key for good, and ends what was done with it; what the account holds stays as it is */
        delete: operations["endVenueKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{address}/hedges/{underlying}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** What the owner wants hedged of one underlying, and inside which bounds */
        put: operations["putHedge"];
        post?: never;
        /** Unwinds the hedge and ends it */
        delete: operations["endHedge"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{address}/venue-accounts/{id}/protection": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Protects a derivative account from liquidation inside bounds */
        put: operations["protectVenueAccount"];
        post?: never;
        /** Protects the account no more */
        delete: operations["unprotectVenueAccount"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{address}/hedge-decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Decisions about hedges and derivative accounts with their orders, newest first */
        get: operations["getHedgeDecisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{address}/venue-stops": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Stops in force for trading at derivatives venues */
        get: operations["getVenueStops"];
        put?: never;
        /** The owner stops growth, all orders, or has everything closed; the last is asked twice */
        post: operations["stopVenues"];
        /** Takes the owner’s own stop away */
        delete: operations["releaseVenues"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/risk/evaluate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The risk of a position that the request describes in full; nothing is read from a chain and nothing is kept */
        post: operations["evaluateRisk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Asks for alerts by email (to be confirmed by mail) or by signed webhook (which is to answer a challenge); asked again while it waits, it is sent another, at most every ten minutes */
        post: operations["subscribe"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Confirms an email address with the token of its mail */
        post: operations["confirmSubscription"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Leads to the page that asks whether to end the subscription; ends nothing */
        get: operations["confirmEndOfSubscription"];
        put?: never;
        /** Ends a subscription with the token of any of its mails: in the body, or in the query for a mail program's one-click (RFC 8058) */
        post: operations["endSubscription"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/alarms/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Acknowledges an alarm with the token of a mail that told of it */
        post: operations["acknowledgeByLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Server-sent events: each `data` is one ChangeEvent; read again what changed. Events of type `hedge` come to their owner’s session alone */
        get: operations["streamEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description what an owner lets Ballast do for a derivative account of his */
        AccountBounds: {
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            earliestUsePercent: string;
            /**
             * @description Ballast acts at a margin use between the two, earlier the more the price moves
             * @example 20000.00
             */
            latestUsePercent: string;
            mayAddMargin: boolean;
            mayClose: boolean;
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            mostClosedPercent: string;
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            slippagePercent: string;
        };
        AccountPositions: {
            /**
             * @description EVM address
             * @example 0x7a3e00000000000000000000000000000000cafe
             */
            account: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            watchedSince: string;
            /** @enum {string} */
            state: "reading" | "read";
            positions: components["schemas"]["Position"][];
        };
        Activity: {
            /**
             * @description EVM address
             * @example 0x7a3e00000000000000000000000000000000cafe
             */
            account: string;
            items: components["schemas"]["ActivityItem"][];
            nextCursor: string | null;
        };
        ActivityItem: {
            id: string;
            kind: string;
            /** @enum {string} */
            severity: "info" | "warning" | "critical";
            title: string;
            detail: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            at: string;
            decisionId: string | null;
            positionId: string | null;
            transactionHash: string | null;
        };
        Alarm: {
            id: string;
            /**
             * @description EVM address
             * @example 0x7a3e00000000000000000000000000000000cafe
             */
            account: string;
            positionId: string | null;
            /** @description of the alert that told of it */
            kind: string;
            /** @description why, as a stable code; empty where there is but one. An acknowledgement counts for one cause */
            cause: string;
            title: string;
            detail: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            openedAt: string;
            /** @description how often it was told since its cause is what it is */
            tellings: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            toldAt: string;
            /** @description when it is told again; null once it was acknowledged or is over */
            againAt: string | null;
            acknowledgedAt: string | null;
            acknowledgedBy: ("owner" | "link") | null;
            endedAt: string | null;
        };
        /** @description a finite permission that the mandate needs and that is missing */
        Approval: {
            /** @description the action that needs it */
            action: components["schemas"]["OfferedAction"];
            asset: components["schemas"]["Asset"];
            /**
             * @description a guard whose code was checked
             * @example 0x7a3e00000000000000000000000000000000cafe
             */
            spender: string;
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            allowance: string;
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            balance: string;
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            suggested: string;
            /**
             * @description whole number as text
             * @example 20000000000
             */
            suggestedRaw: string;
            /** @description to sign in place of the transaction, where the token takes permits; hand it in with the mandate before the deadline */
            permit: {
                typedData: components["schemas"]["PermitTypedData"];
                deadline: number;
            } | null;
            transaction: {
                /**
                 * @description EVM address
                 * @example 0x7a3e00000000000000000000000000000000cafe
                 */
                to: string;
                data: string;
                /** @constant */
                value: "0x0";
            };
        };
        Asset: {
            /**
             * @description EVM address
             * @example 0x7a3e00000000000000000000000000000000cafe
             */
            address: string;
            symbol: string;
            decimals: number;
        };
        /** @description a move is the owner’s to sign, never Ballast’s; a hedge is weighed although no venue is connected */
        Candidate: {
            /** @enum {string} */
            action: "repay" | "top-up" | "fill" | "move" | "hedge" | "wait";
            asset: components["schemas"]["Asset"] | null;
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            amount: string;
            /**
             * @description the sum of the costs; of waiting, what it may be expected to lose
             * @example 20000.00
             */
            costUsd: string;
            costs: components["schemas"]["Costs"] | null;
            /** @description the liquidation loss that it may be expected to avert, rounded down; null where that is not told */
            avertedUsd: string | null;
            /** @description averted less cost, rounded down */
            netUsd: string | null;
            healthAfter: string | null;
            /** @enum {string} */
            verdict: "chosen" | "possible" | "impossible";
            why: string;
        };
        ChainStatus: {
            chainId: number;
            name: string;
            headNumber: string | null;
            headTime: string | null;
            seenAt: string | null;
            blindSince: string | null;
            blindReason: string | null;
        };
        Chance: {
            horizonHours: number;
            probability: number | null;
            /** @description ready to show, rounded towards danger: "3.2%", "<1%" */
            shown: string;
        };
        ChangeEvent: {
            /** @constant */
            type: "chain";
            chainId: number;
        } | {
            /** @constant */
            type: "position";
            positionId: string;
            account: string;
        } | {
            /** @constant */
            type: "decision";
            positionId: string;
            account: string;
        } | {
            /** @constant */
            type: "intent";
            positionId: string;
            account: string;
        } | {
            /** @constant */
            type: "mandate";
            positionId: string;
            account: string;
        } | {
            /** @constant */
            type: "delivery";
            account: string;
        } | {
            /** @constant */
            type: "hedge";
            account: string;
        };
        /** @description how many positions, when the one read the longest ago was read, and the one in the middle */
        CheckTimes: {
            positions: number;
            oldestAt: string | null;
            medianAt: string | null;
        };
        Config: {
            demo: boolean;
            version: string;
            chains: {
                chainId: number;
                name: string;
                rpcUrl: string | null;
                guards: {
                    /** @enum {string} */
                    contract: "AaveGuard" | "MorphoGuard" | "VenusGuard";
                    /**
                     * @description EVM address
                     * @example 0x7a3e00000000000000000000000000000000cafe
                     */
                    address: string;
                }[];
                /**
                 * @description EVM address
                 * @example 0x7a3e00000000000000000000000000000000cafe
                 */
                keepers: string;
                tokens: components["schemas"]["Asset"][];
            }[];
        };
        /** @description dollars, each rounded up */
        Costs: {
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            gasUsd: string;
            /**
             * @description fee of the market, slippage and price impact of a sale
             * @example 20000.00
             */
            tradeUsd: string;
            /**
             * @description premium of a flash loan, fees of a venue
             * @example 20000.00
             */
            premiumUsd: string;
            /**
             * @description what goes on costing: buying sold collateral back, funding of a hedge
             * @example 20000.00
             */
            carryUsd: string;
        };
        Decision: {
            id: string;
            positionId: string;
            /**
             * @description EVM address
             * @example 0x7a3e00000000000000000000000000000000cafe
             */
            account: string;
            mandateHash: string | null;
            /** @enum {string} */
            kind: "act" | "hold" | "cannot";
            reason: string;
            sentence: string;
            /**
             * @description whole number as text
             * @example 20000000000
             */
            blockNumber: string;
            /**
             * @description whole number as text
             * @example 20000000000
             */
            lastBlock: string;
            blocks: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            chainTime: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            lastChainTime: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            createdAt: string;
            health: string | null;
            lowestHealth: string | null;
            triggerHealth: string | null;
            targetHealth: string | null;
            clamp: string | null;
            candidates: components["schemas"]["Candidate"][];
            stakes: components["schemas"]["Stakes"] | null;
            intent: components["schemas"]["Intent"] | null;
        };
        Delivery: {
            id: string;
            eventId: string;
            subscriptionId: string;
            kind: string;
            /** @enum {string} */
            channel: "email" | "webhook";
            target: string;
            /** @enum {string} */
            status: "pending" | "delivered" | "dead";
            attempts: number;
            lastStatus: number | null;
            lastError: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            createdAt: string;
            deliveredAt: string | null;
            /** @description one for each attempt, newest first; the newest twenty of the last thirty days */
            receipts: components["schemas"]["DeliveryReceipt"][];
        };
        DeliveryReceipt: {
            /**
             * Format: date-time
             * @description when the attempt began
             */
            at: string;
            latencyMs: number;
            /** @description SMTP reply code or HTTP status; null when there was no answer */
            status: number | null;
            error: string | null;
            /** @description the first kibibyte of what the receiver answered, as text; of subscriptions that were made with a session of the account’s owner alone */
            answer: string | null;
        };
        /** @description an owner’s whole exposure by underlying, with hedges, derivative accounts and keys */
        Derivatives: {
            /**
             * @description EVM address
             * @example 0x7a3e00000000000000000000000000000000cafe
             */
            account: string;
            /**
             * @description begins with PAPER where play money is in it
             * @example If ETH falls 1%, you lose $1,507 instead of $1,944
             */
            headline: string;
            underlyings: components["schemas"]["UnderlyingExposure"][];
            hedges: components["schemas"]["Hedge"][];
            accounts: components["schemas"]["VenueAccount"][];
            keys: components["schemas"]["VenueKey"][];
        };
        /** @enum {string} */
        DerivativesVenue: "deribit" | "hyperliquid" | "binance-usdm" | "okx" | "bybit";
        ExposurePart: {
            of: string;
            label: string;
            /** @enum {string} */
            what: "lending" | "perpetual" | "option" | "coin-equity";
            /** @description null where nothing bounds it; equal where it is exact */
            delta: {
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                low: string;
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                high: string;
            } | null;
            /** @enum {string} */
            freshness: "fresh" | "stale" | "unknown";
        };
        Health: {
            /** @enum {string} */
            status: "ok" | "down";
            /** @enum {string} */
            database: "ok" | "down";
            /** @enum {string} */
            redis: "ok" | "down";
        };
        /** @description the newest signed heartbeat, exactly as its worker signed it: `body` is the JSON text that the signature is of */
        Heartbeat: {
            body: string;
            signature: string;
            keyId: string;
        };
        Hedge: {
            id: string;
            environment: components["schemas"]["VenueEnvironment"];
            underlying: components["schemas"]["HedgedUnderlying"];
            version: number;
            request: components["schemas"]["HedgeRequest"];
            /** @enum {string} */
            state: "reading" | "in-band" | "trading" | "unwinding" | "idle" | "cannot" | "stopped" | "ended";
            reason: string | null;
            sentence: string;
            /** @description exposure without the hedge, in coins */
            before: {
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                low: string;
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                high: string;
            } | null;
            /** @description null where nothing bounds it; equal where it is exact */
            held: {
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                low: string;
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                high: string;
            } | null;
            /** @description null where nothing bounds it; equal where it is exact */
            after: {
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                low: string;
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                high: string;
            } | null;
            /** @description what the hedge itself should hold, in coins */
            target: {
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                low: string;
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                high: string;
            } | null;
            /** @description what the exposure after the hedge may be before it is traded again */
            band: {
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                low: string;
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                high: string;
            } | null;
            onePercentFallUsd: {
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                without: string;
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                with: string;
            } | null;
            legs: components["schemas"]["HedgeLeg"][];
            /** @description what is liquidated first on each side, in words */
            nearest: {
                down: string;
                up: string;
            } | null;
            /** @description null where something was paid in a coin that nothing tells a price of */
            costs: {
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC
                 */
                since: string;
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                feesUsd: string;
                /**
                 * @description above zero paid
                 * @example 20000.00
                 */
                fundingUsd: string;
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                totalUsd: string;
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                budgetUsd: string;
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                budgetUsedPercent: string;
            } | null;
            /** @description of the weakest loan in this underlying, and that a hedge does not raise it */
            health: string | null;
            /** @description what only the owner can do with the hedge’s profit */
            withdrawal: string | null;
            decidedAt: string | null;
        };
        HedgeDecision: {
            id: string;
            about: {
                /** @constant */
                kind: "hedge";
                hedge: string;
                underlying: string;
            } | {
                /** @constant */
                kind: "account";
                account: string;
            };
            environment: components["schemas"]["VenueEnvironment"];
            /** @enum {string} */
            kind: "act" | "hold" | "cannot";
            reason: string;
            sentence: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            at: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            lastAt: string;
            times: number;
            candidates: {
                action: string;
                where: string;
                coins: string | null;
                costUsd: string | null;
                /** @enum {string} */
                verdict: "chosen" | "possible" | "impossible";
                why: string;
            }[];
            orders: components["schemas"]["VenueOrder"][];
            moves: {
                account: string;
                /** @example ETH */
                instrument: string;
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                amount: string;
                currency: string;
                state: string;
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC
                 */
                at: string;
            }[];
        };
        HedgeDecisions: {
            items: components["schemas"]["HedgeDecision"][];
            nextCursor: string | null;
        };
        HedgeLeg: {
            account: string;
            venue: components["schemas"]["DerivativesVenue"];
            venueName: string;
            /** @example ETH */
            instrument: string;
            /** @description how many; null where nobody can tell */
            coins: string | null;
            /**
             * @description unknown: the account was not read
             * @enum {string}
             */
            side: "long" | "short" | "flat" | "unknown";
            entryUsd: string | null;
            markUsd: string | null;
            resultUsd: string | null;
            liquidation: {
                /** @enum {string} */
                kind: "price" | "none" | "unknown";
                usd: string | null;
                /** @description 1 decimal, rounded down */
                distancePercent: string | null;
            };
            marginRatio: string | null;
            /** @enum {string} */
            freshness: "fresh" | "stale" | "unknown";
        };
        /** @description how much of the risk is hedged: always a share; a share that grows as the health falls; puts alone; nothing */
        HedgeMode: {
            /** @constant */
            kind: "none";
        } | {
            /** @constant */
            kind: "full";
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            sharePercent: string;
        } | {
            /** @constant */
            kind: "above-hf";
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            sharePercent: string;
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            belowHealth: string;
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            fullAtHealth: string;
        } | {
            /** @constant */
            kind: "tail";
        };
        HedgeRequest: {
            environment: components["schemas"]["VenueEnvironment"];
            mode: components["schemas"]["HedgeMode"];
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            maxNotionalUsd: string;
            /**
             * @description most that funding and trading may cost in 30 days
             * @example 20000.00
             */
            fundingBudgetUsd: string;
            /**
             * @description 1.8 where left out
             * @example 20000.00
             */
            maxLeverage?: string;
            /**
             * @description the move against it that a leg lives through; 50 where left out
             * @example 20000.00
             */
            survivePercent?: string;
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            slippagePercent?: string;
            /** @description between two trades that are not urgent; 60 where left out */
            minIntervalSeconds?: number;
            /** @description in the order in which they are filled */
            legs: {
                account: string;
                /** @example ETH */
                instrument: string;
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                maxNotionalUsd: string;
            }[];
            putsIn?: string;
        };
        /** @enum {string} */
        HedgedUnderlying: "ETH" | "BTC";
        /** @description hedges in force and guarded accounts at derivatives venues, and how lately they were looked after */
        HedgingStatus: {
            chainId: number;
            /**
             * Format: date-time
             * @description when this was measured
             */
            measuredAt: string;
            plans: number;
            guarded: number;
            /** @description when the last round ended in which every hedge and guarded account was looked after; null before the first. Over two minutes with anything to look after is an alarm */
            roundAt: string | null;
            accounts: number;
            /** @description when, of the accounts under watch, the one was read that was read the longest ago; null where there is none, or one was never read */
            oldestReadingAt: string | null;
        };
        Intent: {
            id: string;
            /** @enum {string} */
            kind: "ACTIVATE" | "PERMIT" | "REPAY" | "TOP_UP" | "FILL";
            state: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            createdAt: string;
            closedAt: string | null;
            failure: {
                code: string;
                message: string;
            } | null;
            transactions: components["schemas"]["IntentTransaction"][];
            steps: {
                seq: number;
                from: string;
                event: string;
                to: string;
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC
                 */
                at: string;
            }[];
            receipt: {
                transactionHash: string;
                /**
                 * @description whole number as text
                 * @example 20000000000
                 */
                blockNumber: string;
                blockHash: string;
                /**
                 * @description whole number as text
                 * @example 20000000000
                 */
                gasUsed: string;
                gasCostUsd: string | null;
                /** @constant */
                gasBorneBy: "ballast";
                healthBefore: string | null;
                healthAfter: string | null;
                debtRepaid: string | null;
                collateralIn: string | null;
                collateralOut: string | null;
            } | null;
        };
        IntentTransaction: {
            hash: string | null;
            /**
             * @description whole number as text
             * @example 20000000000
             */
            nonce: string;
            /**
             * @description EVM address
             * @example 0x7a3e00000000000000000000000000000000cafe
             */
            lane: string;
            /** @enum {string} */
            purpose: "call" | "cancel";
            signedAt: string | null;
            broadcastAt: string | null;
        };
        InversePerpRisk: {
            /** @constant */
            kind: "inverse-perp";
            sentence: string;
            equityCoin: number;
            equityUsd: number;
            maintenanceMarginCoin: number;
            marginRatio: number | null;
            isLiquidatable: boolean;
            liquidationPriceUsd: number | null;
            deltaUnits: number;
            deltaCoinPerUsd: number;
            chances: {
                hours: number;
                chance: components["schemas"]["RiskChance"];
            }[];
            /** @description null when the request does not say when its prices were true */
            pricesAgeSeconds: number | null;
            volatilities: {
                symbol: string;
                annual: number;
                /** @enum {string} */
                source: "given" | "dollar coin" | "assumed";
            }[];
            /** @description what was assumed, and what the figures do not hold */
            notes: string[];
        };
        InversePerpRiskRequest: {
            /** @constant */
            kind: "inverse-perp";
            /** @example ETH */
            symbol: string;
            contractsUsd: number;
            /** @enum {string} */
            side: "long" | "short";
            entryUsd: number;
            markUsd: number;
            cashCoin: number;
            maintenanceRate: number;
            volatility?: number;
            drift?: number;
            horizonsHours?: number[];
            /**
             * Format: date-time
             * @description when the prices were true; their age is in the answer
             */
            pricesAt?: string;
        };
        Leg: {
            asset: components["schemas"]["Asset"];
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            amount: string;
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            valueUsd: string;
            priceUsd: string | null;
            /** @description what sources outside of the protocol say; null where none are known for the asset */
            market: {
                /** @enum {string} */
                state: "agrees" | "disagrees" | "no-protocol-price" | "too-few-sources";
                priceUsd: string | null;
                gapPercent: string | null;
                protocolIs: ("above" | "below" | "equal") | null;
            } | null;
            priceUpdatedAt: string | null;
            liquidationThresholdPercent: string | null;
            enabledAsCollateral: boolean | null;
        };
        /** @enum {string} */
        LendingProtocol: "aave-v3" | "morpho-blue" | "venus" | "compound-v3";
        LendingRisk: {
            /** @constant */
            kind: "lending";
            sentence: string;
            health: {
                /** @constant */
                kind: "ratio";
                value: number;
            } | {
                /** @constant */
                kind: "no-debt";
            };
            collateralUsd: number;
            weightedCollateralUsd: number;
            debtUsd: number;
            distance: {
                /** @description share by which all collateral must fall together; negative when past; null without debt */
                commonFall: number | null;
                assets: {
                    symbol: string;
                    /** @description all others fixed; null where no price of it alone liquidates */
                    liquidationPriceUsd: number | null;
                    /** @description share by which its price must change to get there */
                    change: number | null;
                }[];
                /** @description until interest liquidates if every price stood still; null when it never does */
                yearsByInterestAlone: number | null;
            };
            horizons: {
                hours: number;
                /** @description distance in standard deviations of this time; null where nothing moves or nothing is owed */
                sigmas: number | null;
                sigmasWithDrift: number | null;
                chance: components["schemas"]["RiskChance"];
                /** @description a rigorous bound of the model’s chance */
                bound: {
                    /** @enum {string} */
                    kind: "upper" | "lower";
                    probability: number;
                } | null;
                /** @description the model’s chance where the oracle trails the market to either side */
                behindOracle: {
                    least: number;
                    most: number;
                } | null;
                /** @description of the model’s chance */
                greeks: {
                    assets: {
                        symbol: string;
                        /** @description per dollar of the price */
                        delta: number;
                        /** @description per dollar twice */
                        gamma: number;
                        /** @description per 1.00 of volatility */
                        vega: number;
                        bySupplyRate: number;
                        byBorrowRate: number;
                    }[];
                    correlations: {
                        between: [
                            string,
                            string
                        ];
                        byCorrelation: number;
                    }[];
                    /** @description per year that passes */
                    thetaPerYear: number;
                };
                /** @description of the first liquidation */
                expectedLossUsd: number;
                lossGreeks: {
                    assets: {
                        symbol: string;
                        /** @description per dollar of the price */
                        delta: number;
                        /** @description per dollar twice */
                        gamma: number;
                        /** @description per 1.00 of volatility */
                        vega: number;
                        bySupplyRate: number;
                        byBorrowRate: number;
                    }[];
                    correlations: {
                        between: [
                            string,
                            string
                        ];
                        byCorrelation: number;
                    }[];
                    /** @description per year that passes */
                    thetaPerYear: number;
                };
            }[];
            /** @description null when the request does not say when its prices were true */
            pricesAgeSeconds: number | null;
            volatilities: {
                symbol: string;
                annual: number;
                /** @enum {string} */
                source: "given" | "dollar coin" | "assumed";
            }[];
            /** @description what was assumed, and what the figures do not hold */
            notes: string[];
        };
        LendingRiskRequest: {
            /** @constant */
            kind: "lending";
            collateral: {
                /** @example ETH */
                symbol: string;
                /** @description whole tokens, interest included */
                units: number;
                /** @description dollars for one token, as the protocol prices it */
                priceUsd: number;
                /** @description per square root of a year; left out: 0 for a dollar coin, else a stated high figure */
                volatility?: number;
                /** @description of the price, per year; 0 unless you have a reason */
                drift?: number;
                /** @description share of its value that counts, as the protocol has it now */
                liquidationThreshold: number;
                /** @description interest earned, per year */
                supplyRate?: number;
            }[];
            debt?: {
                /** @example ETH */
                symbol: string;
                /** @description whole tokens, interest included */
                units: number;
                /** @description dollars for one token, as the protocol prices it */
                priceUsd: number;
                /** @description per square root of a year; left out: 0 for a dollar coin, else a stated high figure */
                volatility?: number;
                /** @description of the price, per year; 0 unless you have a reason */
                drift?: number;
                /** @description interest owed, per year */
                borrowRate?: number;
            }[];
            /** @description one for each pair of assets that both move; none is guessed */
            correlations?: {
                between: [
                    string,
                    string
                ];
                rho?: number;
                /** @description in place of rho: the volatility of one price in units of the other, right for a token and its staked form */
                ratioVolatility?: number;
            }[];
            horizonsHours?: number[];
            /** @description share of the debt that the first liquidation repays */
            closeFactor?: number;
            /** @description what the liquidator takes on top, of what is repaid */
            liquidationPenalty?: number;
            discountRate?: number;
            oracle?: {
                /** @description how far the protocol’s price may trail the market */
                deviation?: number;
                /** @description how often it is looked at within a horizon; left out: at all times */
                looks?: number;
            };
            /**
             * Format: date-time
             * @description when the prices were true; their age is in the answer
             */
            pricesAt?: string;
        };
        /** @description how well a chain is watched, as its worker measured it */
        Liveness: {
            chainId: number;
            /**
             * Format: date-time
             * @description when all of this was measured: what is old may hold no more
             */
            measuredAt: string;
            /** @description positions with debt: those under a mandate in force, and all; what nobody guards is read less often */
            checks: {
                guarded: components["schemas"]["CheckTimes"];
                all: components["schemas"]["CheckTimes"];
            };
            /** @description `armed`: in force; `cannot`: of these, how many rules could not run when this was measured, by reason; `undecided`: of these, not looked at yet */
            mandates: {
                armed: number;
                cannot: number;
                undecided: number;
                reasons: {
                    reason: string;
                    sentence: string;
                    count: number;
                }[];
            };
            openIntents: number;
            /** @description of actions decided on in the last 24 hours, and in the last 30 days */
            actions: {
                day: components["schemas"]["StageTimes"];
                month: components["schemas"]["StageTimes"];
            };
            /** @description times during which the chain could not be seen */
            blindSpells: {
                day: number;
                month: number;
                last: {
                    /**
                     * Format: date-time
                     * @description ISO 8601, UTC
                     */
                    since: string;
                    until: string | null;
                    reason: string;
                }[];
            };
        };
        Mandate: {
            hash: string;
            chainId: number;
            /**
             * @description EVM address
             * @example 0x7a3e00000000000000000000000000000000cafe
             */
            guard: string;
            protocol: components["schemas"]["LendingProtocol"];
            terms: components["schemas"]["MandateTerms"];
            /** @enum {string} */
            status: "signed" | "active" | "revoked" | "superseded" | "expired" | "rejected";
            statusReason: string | null;
            /**
             * @description signature: Ballast brings it to the guard; set: the owner’s own transaction puts it in force
             * @enum {string}
             */
            via: "signature" | "set";
            sentence: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            createdAt: string;
            activatedAt: string | null;
            positionId: string;
        };
        MandateDraft: {
            hash: string;
            positionId: string;
            /** @description to hand in with the signature */
            terms: components["schemas"]["MandateTerms"];
            sentence: string;
            worstCase: string;
            /** @description how wide the permission of the protocol is, where it is no amount */
            authority: string | null;
            /** @description what these limits do not cover, one sentence each */
            notes: string[];
            /** @description null where collateral may not be sold */
            stolenKey: components["schemas"]["StolenKey"] | null;
            typedData: {
                domain: {
                    name: string;
                    version: string;
                    chainId: number;
                    /**
                     * @description EVM address
                     * @example 0x7a3e00000000000000000000000000000000cafe
                     */
                    verifyingContract: string;
                };
                types: {
                    [key: string]: {
                        name: string;
                        type: string;
                    }[];
                };
                /** @constant */
                primaryType: "Mandate";
                message: components["schemas"]["SignedTerms"];
            };
            approvals: components["schemas"]["Approval"][];
            /** @description a permission of the protocol itself that is missing; `authority` says how wide it is */
            authorization: {
                /**
                 * @description EVM address
                 * @example 0x7a3e00000000000000000000000000000000cafe
                 */
                contract: string;
                /**
                 * @description EVM address
                 * @example 0x7a3e00000000000000000000000000000000cafe
                 */
                authorized: string;
                transaction: {
                    /**
                     * @description EVM address
                     * @example 0x7a3e00000000000000000000000000000000cafe
                     */
                    to: string;
                    data: string;
                    /** @constant */
                    value: "0x0";
                };
            } | null;
            /** @description where the account is a Safe: approvals and mandate in one transaction of it */
            safe: components["schemas"]["SafeTransaction"] | null;
        };
        MandateDraftRequest: {
            positionId: string;
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            triggerHealth?: string;
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            minHealth?: string;
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            maxHealth?: string;
            /** @description what may be done; all that is offered for the pair where left out */
            actions?: components["schemas"]["OfferedAction"][];
            /** @description most that a sale of collateral may cost, in hundredths of a percent of what is repaid */
            maxCostBps?: number;
            /**
             * @description debt that may be repaid by selling collateral in a day, in whole debt tokens
             * @example 20000.00
             */
            fillPerDay?: string;
            days?: number;
        };
        MandateSubmission: {
            chainId: number;
            /** @description of the loan it is for; the owner’s on Aave where left out */
            positionId?: string;
            terms: components["schemas"]["MandateTerms"];
            /**
             * @description set: without a signature, for an owner who puts it in force by a transaction of his own, as a Safe does
             * @enum {string}
             */
            via?: "signature" | "set";
            /** @description needed unless `via` is set */
            signature?: string;
            permits?: components["schemas"]["SignedPermit"][];
        };
        /** @description the loan’s two tokens and what is allowed; health factors scaled by 1e18, fillPerDay in debt-token units */
        MandateTerms: {
            /**
             * @description EVM address
             * @example 0x7a3e00000000000000000000000000000000cafe
             */
            owner: string;
            /**
             * @description EVM address
             * @example 0x7a3e00000000000000000000000000000000cafe
             */
            collateral: string;
            /**
             * @description EVM address
             * @example 0x7a3e00000000000000000000000000000000cafe
             */
            debt: string;
            actions: number;
            /**
             * @description whole number as text
             * @example 20000000000
             */
            triggerHf: string;
            /**
             * @description whole number as text
             * @example 20000000000
             */
            minHf: string;
            /**
             * @description whole number as text
             * @example 20000000000
             */
            maxHf: string;
            maxCostBps: number;
            /**
             * @description whole number as text
             * @example 20000000000
             */
            fillPerDay: string;
            /**
             * @description EVM address
             * @example 0x7a3e00000000000000000000000000000000cafe
             */
            keepers: string;
            /** @description unix seconds, chain time */
            expiry: number;
            prev: string;
        };
        MarginRisk: {
            /** @constant */
            kind: "margin";
            sentence: string;
            equityUsd: number;
            marginEquityUsd: number;
            maintenanceMarginUsd: number;
            /** @description margin equity over maintenance margin; null where nothing must be kept */
            marginRatio: number | null;
            isLiquidatable: boolean;
            assets: {
                symbol: string;
                priceUsd: number;
                /** @description nearest prices, all others fixed, at which the account may be liquidated */
                liquidation: {
                    downUsd: number | null;
                    upUsd: number | null;
                };
                chances: {
                    hours: number;
                    chance: components["schemas"]["RiskChance"];
                }[];
                deltaUnits: number;
                deltaUsd: number;
                gammaPerUsd: number;
                gammaUsdPer1Pct: number;
                vegaUsdPerVolPoint: number;
            }[];
            thetaUsdPerDay: number;
            vegaUsdPerVolPoint: number;
            /** @description null when the request does not say when its prices were true */
            pricesAgeSeconds: number | null;
            volatilities: {
                symbol: string;
                annual: number;
                /** @enum {string} */
                source: "given" | "dollar coin" | "assumed";
            }[];
            /** @description what was assumed, and what the figures do not hold */
            notes: string[];
        };
        MarginRiskRequest: {
            /** @constant */
            kind: "margin";
            cashUsd: number;
            /** @description owed and not yet taken */
            accruedFundingUsd?: number;
            perps?: {
                /** @example ETH */
                asset: string;
                size: number;
                entryUsd: number;
                maintenanceRate: number;
                tierDeductionUsd?: number;
                /** @description paid by longs a day, of the notional */
                fundingRatePerDay?: number;
            }[];
            options?: {
                /** @example ETH */
                asset: string;
                /** @enum {string} */
                type: "call" | "put";
                strikeUsd: number;
                expiresInDays: number;
                volatility: number;
                rate?: number;
                quantity: number;
                /** @description margin of a written option, of the underlying’s price */
                maintenanceRateShort?: number;
            }[];
            spot?: {
                /** @example ETH */
                asset: string;
                units: number;
                /** @description share of its value that does not count */
                haircut?: number;
            }[];
            assets: {
                /** @example ETH */
                symbol: string;
                priceUsd: number;
                volatility?: number;
                drift?: number;
            }[];
            horizonsHours?: number[];
            /**
             * Format: date-time
             * @description when the prices were true; their age is in the answer
             */
            pricesAt?: string;
        };
        /** @description collateral moved between two positions, for the owner to sign; Ballast never sends it */
        Move: {
            sentence: string;
            asset: components["schemas"]["Asset"];
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            amount: string;
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            keepHealth: string;
            /**
             * @description whole number as text
             * @example 20000000000
             */
            blockNumber: string;
            /** @description by the protocol’s own view, the batch simulated; null without debt */
            donor: {
                venue: string;
                /**
                 * @description EVM address
                 * @example 0x7a3e00000000000000000000000000000000cafe
                 */
                account: string;
                healthBefore: string | null;
                healthAfter: string | null;
            };
            /** @description by the protocol’s own view, the batch simulated; null without debt */
            recipient: {
                venue: string;
                /**
                 * @description EVM address
                 * @example 0x7a3e00000000000000000000000000000000cafe
                 */
                account: string;
                healthBefore: string | null;
                healthAfter: string | null;
            };
            /** @description for a wallet that sends them one by one, in this order */
            calls: components["schemas"]["NamedCall"][];
            /** @description EIP-5792, for wallet_sendCalls */
            walletSendCalls: {
                /** @constant */
                version: "2.0.0";
                chainId: string;
                /**
                 * @description EVM address
                 * @example 0x7a3e00000000000000000000000000000000cafe
                 */
                from: string;
                /** @constant */
                atomicRequired: true;
                calls: {
                    /**
                     * @description EVM address
                     * @example 0x7a3e00000000000000000000000000000000cafe
                     */
                    to: string;
                    data: string;
                    /** @constant */
                    value: "0x0";
                }[];
            };
            safe: components["schemas"]["SafeTransaction"] | null;
        };
        MoveRequest: {
            from: components["schemas"]["__shared"];
            to: components["schemas"]["__shared"];
            /**
             * @description the collateral, on both sides
             * @example 0x7a3e00000000000000000000000000000000cafe
             */
            asset: string;
            /**
             * @description in whole tokens
             * @example 20000.00
             */
            amount: string;
            /**
             * @description what the giving side must keep; 1.50 where left out
             * @example 20000.00
             */
            keepHealth?: string;
        };
        NamedCall: {
            /**
             * @description EVM address
             * @example 0x7a3e00000000000000000000000000000000cafe
             */
            to: string;
            data: string;
            /** @constant */
            value: "0x0";
            /** @description what it does, in words */
            what: string;
        };
        /**
         * @description repay and add collateral from the wallet; repay by selling collateral
         * @enum {string}
         */
        OfferedAction: "repay" | "top-up" | "fill";
        /** @description what mail programs post (RFC 8058), with the token in the query */
        OneClickUnsubscribe: {
            /** @constant */
            "List-Unsubscribe": "One-Click";
        };
        /** @description nearest-rank percentiles in milliseconds, with how many actions they are of; `not-measured` where there was none */
        Percentiles: {
            /** @constant */
            kind: "measured";
            count: number;
            p50Ms: number;
            p95Ms: number;
            p99Ms: number;
        } | {
            /** @constant */
            kind: "not-measured";
        };
        /** @description ERC-2612, for eth_signTypedData_v4 */
        PermitTypedData: {
            domain: {
                name: string;
                version: string;
                chainId: number;
                /**
                 * @description EVM address
                 * @example 0x7a3e00000000000000000000000000000000cafe
                 */
                verifyingContract: string;
            };
            types: {
                [key: string]: {
                    name: string;
                    type: string;
                }[];
            };
            /** @constant */
            primaryType: "Permit";
            message: {
                /**
                 * @description EVM address
                 * @example 0x7a3e00000000000000000000000000000000cafe
                 */
                owner: string;
                /**
                 * @description EVM address
                 * @example 0x7a3e00000000000000000000000000000000cafe
                 */
                spender: string;
                /**
                 * @description whole number as text
                 * @example 20000000000
                 */
                value: string;
                /**
                 * @description whole number as text
                 * @example 20000000000
                 */
                nonce: string;
                /**
                 * @description whole number as text
                 * @example 20000000000
                 */
                deadline: string;
            };
        };
        Portfolio: {
            /**
             * @description EVM address
             * @example 0x7a3e00000000000000000000000000000000cafe
             */
            account: string;
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            collateralUsd: string;
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            debtUsd: string;
            /** @description the position with the least health; null where nothing is owed */
            weakest: {
                positionId: string;
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                health: string;
            } | null;
            /** @description in units of the underlying where one is known (wstETH, rETH and others as the ETH they are claims on), else of the token itself */
            exposures: {
                /** @example ETH */
                of: string;
                /** @enum {string} */
                kind: "underlying" | "token";
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                owned: string;
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                owed: string;
                /**
                 * @description owned less owed; negative where more is owed
                 * @example 20000.00
                 */
                net: string;
            }[];
            /** @description tokens whose rate is not known now: they stand for themselves */
            withoutRate: string[];
            /** @description one wallet for all positions: each coin once, and how much of it each position’s guard may take now. What one rescue uses, another cannot */
            rescueFunds: {
                asset: components["schemas"]["Asset"];
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                balance: string;
                usable: {
                    positionId: string;
                    /**
                     * @description decimal number as text
                     * @example 20000.00
                     */
                    amount: string;
                }[];
            }[];
        };
        Position: {
            id: string;
            chainId: number;
            chainName: string;
            protocol: components["schemas"]["LendingProtocol"];
            /**
             * @description EVM address
             * @example 0x7a3e00000000000000000000000000000000cafe
             */
            market: string;
            /** @description of Morpho: which of its markets */
            marketId: string | null;
            /**
             * @description EVM address
             * @example 0x7a3e00000000000000000000000000000000cafe
             */
            account: string;
            /** @example WETH → USDC */
            pair: string;
            /**
             * @description whole number as text
             * @example 20000000000
             */
            blockNumber: string;
            blockHash: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            blockTime: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            observedAt: string;
            /** @description 4 decimals, rounded down; null without debt */
            health: string | null;
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            collateralUsd: string;
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            debtUsd: string;
            /** @description 1 decimal, rounded down */
            distancePercent: string | null;
            /** @description which way the price must move; null without a distance */
            distanceDirection: ("fall" | "rise") | null;
            /** @description typical daily moves to liquidation, 1 decimal, rounded down */
            dailyMoves: number | null;
            liquidationPriceUsd: string | null;
            liquidationAsset: string | null;
            chances: components["schemas"]["Chance"][];
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            lossIfLiquidatedUsd: string;
            volatility: {
                /** @enum {string} */
                kind: "measured" | "assumed";
                annualPercent: number;
                samples: number;
                ageSeconds: number | null;
            };
            model: string;
            oldestPriceAgeSeconds: number | null;
            /** @enum {string} */
            state: "safe" | "watch" | "danger" | "liquidatable" | "no-debt" | "unknown";
            /** @example ETH must fall 19.3%, to $2,517, before Aave may liquidate you. */
            sentence: string;
            collaterals: components["schemas"]["Leg"][];
            debts: components["schemas"]["Leg"][];
            wallet: {
                asset: components["schemas"]["Asset"];
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                balance: string;
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                allowance: string;
            }[];
            eMode: string | null;
            protection: components["schemas"]["Protection"];
        };
        PositionHistory: {
            positionId: string;
            samples: components["schemas"]["Sample"][];
        };
        /** @description RFC 9457 problem details; `code` is stable */
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            code: string;
            instance: string;
            errors?: {
                field: string;
                given: string;
                expected: string;
            }[];
        };
        Protection: {
            /** @enum {string} */
            state: "armed" | "acting" | "not-protected" | "none" | "pending";
            reason: string | null;
            sentence: string;
            warning: string | null;
            since: string | null;
            mandateHash: string | null;
            actsAtHealth: string | null;
            actsAtPriceUsd: string | null;
            targetHealth: string | null;
        };
        RenewedSecret: {
            /** @description the new signing secret, told this once */
            secret: string;
            /**
             * Format: date-time
             * @description until then posts are signed with the one before it too
             */
            previousUntil: string;
        };
        Replayed: {
            /** @description how many deliveries are on their way again */
            replayed: number;
        };
        RiskAnswer: components["schemas"]["LendingRisk"] | components["schemas"]["MarginRisk"] | components["schemas"]["InversePerpRisk"];
        RiskChance: {
            /**
             * @description below: under `value`, which is as far as the model may be trusted
             * @enum {string}
             */
            kind: "probability" | "below";
            value: number;
            /**
             * @description edge: certain by the position itself; one motion: geometric Brownian motion, exact; the others as named
             * @enum {string}
             */
            model: "edge" | "one motion" | "moment matching" | "Monte Carlo" | "volatility mixture" | "filtered historical simulation" | "two barriers";
            /** @description standard error of a simulation, spread of the approximations, 0 where exact; null where not known */
            error: number | null;
            /** @description last day of the history that a historical model was made from */
            dataThrough: string | null;
        };
        RiskRequest: components["schemas"]["LendingRiskRequest"] | components["schemas"]["MarginRiskRequest"] | components["schemas"]["InversePerpRiskRequest"];
        /** @description one transaction of a Safe that makes all calls or none; for its owners to sign */
        SafeTransaction: {
            /**
             * @description EVM address
             * @example 0x7a3e00000000000000000000000000000000cafe
             */
            account: string;
            owners: string[];
            threshold: number;
            safeTxHash: string;
            typedData: {
                domain: {
                    chainId: number;
                    /**
                     * @description EVM address
                     * @example 0x7a3e00000000000000000000000000000000cafe
                     */
                    verifyingContract: string;
                };
                types: {
                    [key: string]: {
                        name: string;
                        type: string;
                    }[];
                };
                /** @constant */
                primaryType: "SafeTx";
                message: {
                    /**
                     * @description MultiSendCallOnly
                     * @example 0x7a3e00000000000000000000000000000000cafe
                     */
                    to: string;
                    /**
                     * @description whole number as text
                     * @example 20000000000
                     */
                    value: string;
                    data: string;
                    /** @description 1: delegatecall */
                    operation: number;
                    /**
                     * @description whole number as text
                     * @example 20000000000
                     */
                    safeTxGas: string;
                    /**
                     * @description whole number as text
                     * @example 20000000000
                     */
                    baseGas: string;
                    /**
                     * @description whole number as text
                     * @example 20000000000
                     */
                    gasPrice: string;
                    /**
                     * @description EVM address
                     * @example 0x7a3e00000000000000000000000000000000cafe
                     */
                    gasToken: string;
                    /**
                     * @description EVM address
                     * @example 0x7a3e00000000000000000000000000000000cafe
                     */
                    refundReceiver: string;
                    /**
                     * @description whole number as text
                     * @example 20000000000
                     */
                    nonce: string;
                };
            };
            /** @description the same calls one by one, for Safe’s transaction builder */
            calls: components["schemas"]["NamedCall"][];
        };
        Sample: {
            /**
             * @description whole number as text
             * @example 20000000000
             */
            blockNumber: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            chainTime: string;
            priceUsd: string | null;
            liquidationPriceUsd: string | null;
            health: string | null;
            chance24h: number | null;
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            debtUsd: string;
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            collateralUsd: string;
        };
        Session: {
            address: string | null;
            chainId: number | null;
            expiresAt: string | null;
        };
        /** @description what Ballast would have done for an account in shadow mode, and what became of its loans without it */
        Shadow: {
            inShadow: boolean;
            /** @description since when the account is in shadow mode; null where it is not, and then all that was ever noted is counted */
            since: string | null;
            /** @description would-haves of which it is not known yet what becomes of the loan */
            open: number;
            /** @description what became of the loan: its health came back by itself; it was liquidated; its owner paid back or added collateral; it was still below after 72 hours; shadow mode ended first */
            outcomes: {
                recovered: number;
                liquidated: number;
                ownerActed: number;
                lasted: number;
                leftShadow: number;
            };
            /**
             * @description what the liquidations that followed were estimated to take
             * @example 20000.00
             */
            lossAvertedUsd: string;
            /**
             * @description what all of it was estimated to cost
             * @example 20000.00
             */
            costUsd: string;
            /**
             * @description the part of the cost that was for loans which recovered by themselves
             * @example 20000.00
             */
            costForNothingUsd: string;
            /** @description calls that would have been refused, without a move of the market that explains it */
            mismatches: number;
            /** @description calls that were tried out a second time some blocks later */
            repeated: number;
            /** @description by how much their gas differed at most, in 95 of 100, in hundredths of a percent */
            gasP95Bps: number | null;
            /** @description which parts of the gate from shadow to live are met; what was never seen is not */
            gate: {
                days: {
                    passed: number;
                    needed: number;
                    isMet: boolean;
                };
                mismatches: {
                    found: number;
                    isMet: boolean;
                };
                gasP95: {
                    bps: number | null;
                    most: number;
                    isMet: boolean;
                };
            };
        };
        SignInNonce: {
            nonce: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            expiresAt: string;
            domain: string;
            uri: string;
            chainId: number;
            statement: string;
        };
        SignInRequest: {
            message: string;
            signature: string;
        };
        /** @description an ERC-2612 permit to the guard, signed by the owner with the nonce that the draft named */
        SignedPermit: {
            /**
             * @description EVM address
             * @example 0x7a3e00000000000000000000000000000000cafe
             */
            token: string;
            /**
             * @description whole number as text
             * @example 20000000000
             */
            value: string;
            /** @description unix seconds, chain time; at most 30 minutes ahead */
            deadline: number;
            signature: string;
        };
        /** @description the fields as the guard names them: two tokens on Aave, two markets (vTokens) on Venus, the market’s id on Morpho */
        SignedTerms: {
            /**
             * @description EVM address
             * @example 0x7a3e00000000000000000000000000000000cafe
             */
            owner: string;
            /**
             * @description EVM address
             * @example 0x7a3e00000000000000000000000000000000cafe
             */
            collateral?: string;
            /**
             * @description EVM address
             * @example 0x7a3e00000000000000000000000000000000cafe
             */
            debt?: string;
            actions: number;
            /**
             * @description whole number as text
             * @example 20000000000
             */
            triggerHf: string;
            /**
             * @description whole number as text
             * @example 20000000000
             */
            minHf: string;
            /**
             * @description whole number as text
             * @example 20000000000
             */
            maxHf: string;
            maxCostBps: number;
            /**
             * @description whole number as text
             * @example 20000000000
             */
            fillPerDay: string;
            /**
             * @description EVM address
             * @example 0x7a3e00000000000000000000000000000000cafe
             */
            keepers: string;
            /** @description unix seconds, chain time */
            expiry: number;
            prev: string;
            marketId?: string;
        };
        /** @description from the decision to act to the first time its transaction was sent, and to the block that held it */
        StageTimes: {
            triggerToSent: components["schemas"]["Percentiles"];
            sentToMined: components["schemas"]["Percentiles"];
            triggerToMined: components["schemas"]["Percentiles"];
        };
        /** @description what not acting puts at risk */
        Stakes: {
            horizonHours: number;
            /** @description of a liquidation within the horizon if nobody acts, rounded up; null where nothing tells it */
            chance: number | null;
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            lossUsd: string;
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            worstUsd: string;
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            expectedUsd: string;
            /** @enum {string} */
            because: "usual" | "jump" | "thin-market";
            sentence: string;
        };
        Status: {
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            now: string;
            chains: components["schemas"]["ChainStatus"][];
            liveness: components["schemas"]["Liveness"][];
            hedging?: components["schemas"]["HedgingStatus"][];
            watchedAccounts: number;
            openIntents: number;
            pendingDeliveries: number;
        };
        /** @description what a stolen key could cost by selling collateral under this mandate, by the published formula */
        StolenKey: {
            asset: components["schemas"]["Asset"];
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            atOnce: string;
            /** @description USD on a normal day and in a crash */
            atOnceUsd: {
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                calm: string;
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                crash: string;
            };
            /** @description USD on a normal day and in a crash */
            inAllUsd: {
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                calm: string;
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                crash: string;
            };
        };
        /** @description a kill switch or a tripped breaker in force: nothing that it covers is signed */
        Stop: {
            /** @enum {string} */
            scope: "global" | "chain" | "protocol" | "asset" | "owner";
            protocol: components["schemas"]["LendingProtocol"] | null;
            /** @description the token whose sales are stopped */
            asset: string | null;
            /**
             * @description everything; everything but for a loan whose health is under 1.05; sales of collateral
             * @enum {string}
             */
            stops: "all" | "not-urgent" | "fill";
            /** @enum {string} */
            by: "operator" | "owner" | "shadow" | "breaker";
            breaker: string | null;
            reason: string;
            sentence: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            since: string;
        };
        Subscription: {
            id: string;
            /** @enum {string} */
            channel: "email" | "webhook";
            /**
             * @description EVM address
             * @example 0x7a3e00000000000000000000000000000000cafe
             */
            account: string;
            /** @description email address with its local part masked, or the webhook URL */
            target: string;
            /** @enum {string} */
            status: "pending" | "active" | "ended";
            /** @description minutes between signs of life; null where none were asked for */
            aliveMinutes: number | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            createdAt: string;
            confirmedAt: string | null;
            /**
             * @description what is below it is not told, but for the end of an alarm that was
             * @enum {string}
             */
            leastSeverity: "info" | "warning" | "critical";
            /** @description minutes after which what is critical is told here where nobody has acknowledged it; null where it is told at once */
            escalatesAfterMinutes: number | null;
            /** @description made with a session of the account’s owner, who then sees what its receiver answers and may renew its secret */
            byOwner: boolean;
            /** @description the webhook signing secret, returned once when it is created */
            secret: string | null;
            /** @description what is missing while it is pending: until then nothing else is sent there */
            waitsFor: {
                /**
                 * @description the link in a mail, or a webhook that answers `webhook.challenge` with what it holds
                 * @enum {string}
                 */
                what: "confirmation" | "challenge";
                /**
                 * Format: date-time
                 * @description when it was asked for last; asking for the same subscription again asks anew, at most every ten minutes
                 */
                askedAt: string;
                /** @enum {string} */
                state: "asked" | "given-up";
                /** @description why the last attempt failed; for the account’s owner alone */
                lastError: string | null;
            } | null;
        };
        SubscriptionRequest: {
            /** @constant */
            channel: "email";
            /**
             * @description EVM address
             * @example 0x7a3e00000000000000000000000000000000cafe
             */
            account: string;
            /** Format: email */
            email: string;
            /**
             * @description what is below it is not told, but for the end of an alarm that was; `info`, which is everything, where it is absent
             * @enum {string}
             */
            leastSeverity?: "info" | "warning" | "critical";
            /** @description for the account’s owner, signed in: what is critical is told here only where the owner’s other subscriptions were not reached, or so many minutes later where nobody has acknowledged it */
            escalatesAfterMinutes?: number;
        } | {
            /** @constant */
            channel: "webhook";
            /**
             * @description EVM address
             * @example 0x7a3e00000000000000000000000000000000cafe
             */
            account: string;
            /** Format: uri */
            url: string;
            /** @description asks for a post of the type `ballast.alive` every so many minutes, as long as we see the chain */
            aliveMinutes?: number;
            /**
             * @description what is below it is not told, but for the end of an alarm that was; `info`, which is everything, where it is absent
             * @enum {string}
             */
            leastSeverity?: "info" | "warning" | "critical";
            /** @description for the account’s owner, signed in: what is critical is told here only where the owner’s other subscriptions were not reached, or so many minutes later where nobody has acknowledged it */
            escalatesAfterMinutes?: number;
        };
        TestSent: {
            /** @description the `webhook-id` that the test will carry */
            eventId: string;
        };
        TokenRequest: {
            token: string;
        };
        UnderlyingExposure: {
            underlying: string;
            /** @description of the derivative accounts and hedges in it, which are never summed with those of the other; the loans are in both */
            environment: components["schemas"]["VenueEnvironment"];
            /** @description what `before` is made of: loans, and what derivative accounts hold that no hedge put there */
            parts: components["schemas"]["ExposurePart"][];
            /** @description null where nothing bounds it; equal where it is exact */
            before: {
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                low: string;
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                high: string;
            } | null;
            /** @description null where nothing bounds it; equal where it is exact */
            hedge: {
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                low: string;
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                high: string;
            } | null;
            /** @description null where nothing bounds it; equal where it is exact */
            after: {
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                low: string;
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                high: string;
            } | null;
            priceUsd: string | null;
            onePercentFallUsd: string | null;
            gammaPerPercent: number | null;
            vegaUsd: number | null;
            carryUsdADay: number | null;
            /** @description what could not be worked out and is left out of the last three */
            missing: string[];
        };
        UnsignedTransaction: {
            chainId: number;
            /**
             * @description EVM address
             * @example 0x7a3e00000000000000000000000000000000cafe
             */
            to: string;
            data: string;
            /** @constant */
            value: "0x0";
        };
        VenueAccount: {
            id: string;
            /**
             * @description chosen by the client at random: it is sealed together with the key
             * @example k3v9x0m2p7qa
             */
            key: string;
            environment: components["schemas"]["VenueEnvironment"];
            venue: components["schemas"]["DerivativesVenue"];
            venueName: string;
            label: string;
            /** @enum {string} */
            state: "reading" | "read" | "unread" | "ended";
            unreadSince: string | null;
            unreadWhy: string | null;
            readAt: string | null;
            currency: string | null;
            marginMode: ("cross" | "isolated" | "portfolio") | null;
            equity: string | null;
            free: string | null;
            maintenanceMargin: string | null;
            marginRatio: string | null;
            marginUsePercent: string | null;
            positions: components["schemas"]["VenuePosition"][];
            /** @description something in it was not put there by Ballast */
            isShared: boolean;
            protection: {
                /** @enum {string} */
                state: "off" | "armed" | "acting" | "cannot";
                bounds: components["schemas"]["AccountBounds"] | null;
                actsAtUsePercent: string | null;
                sentence: string;
            };
            /** @example ETH must rise 27.9%, to $3,981, before Hyperliquid may liquidate this account. */
            sentence: string;
        };
        /**
         * @description paper: a venue on this machine, where no money moves
         * @enum {string}
         */
        VenueEnvironment: "paper" | "live";
        VenueGateway: {
            environment: components["schemas"]["VenueEnvironment"];
            /** @description what keys are sealed to, so that neither this API nor the database ever holds one; docs/venue-keys.md */
            publicKey: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            seenAt: string;
            venues: {
                venue: components["schemas"]["DerivativesVenue"];
                name: string;
                credentials: {
                    field: string;
                    label: string;
                    secret: boolean;
                }[];
            }[];
        };
        VenueGateways: {
            /** @description the chain by which an owner is known: sealed together with the key, which opens for no other */
            chainId: number;
            gateways: components["schemas"]["VenueGateway"][];
            warning: string;
        };
        VenueKey: {
            /**
             * @description chosen by the client at random: it is sealed together with the key
             * @example k3v9x0m2p7qa
             */
            name: string;
            environment: components["schemas"]["VenueEnvironment"];
            venue: components["schemas"]["DerivativesVenue"];
            venueName: string;
            label: string;
            /**
             * @description new: not yet tried; connected: read, and nothing is traded before its owner accepts the warning; accepted: may be traded with inside its limits
             * @enum {string}
             */
            state: "new" | "connected" | "accepted" | "refused" | "ended";
            why: string | null;
            /** @description when the key ends by itself, where the venue tells it */
            endsAt: string | null;
            /**
             * @description what its owner must have read before anything is traded, with the balance of the moment
             * @example If our server is stolen, this account can lose all it holds: 12,000.00 USDC. Your loans cannot be touched through it.
             */
            warning: string | null;
            /** @description sealed together with the key; the process that holds it enforces them */
            limits: {
                instruments: string[];
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                maxNotionalUsd: string;
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                turnoverPerDayUsd: string;
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                maxPriceApartPercent: string;
            };
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            createdAt: string;
        };
        VenueKeyAcceptance: {
            /** @description the warning word for word, as it was shown */
            warning: string;
        };
        VenueKeyRequest: {
            environment: components["schemas"]["VenueEnvironment"];
            venue: components["schemas"]["DerivativesVenue"];
            /**
             * @description chosen by the client at random: it is sealed together with the key
             * @example k3v9x0m2p7qa
             */
            name: string;
            label: string;
            /** @description credentials and limits, sealed by the client */
            sealed: string;
            /** @description the same limits as sealed, to be shown; what is sealed counts */
            limits: {
                instruments: string[];
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                maxNotionalUsd: string;
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                turnoverPerDayUsd: string;
                /**
                 * @description decimal number as text
                 * @example 20000.00
                 */
                maxPriceApartPercent: string;
            };
        };
        VenueOrder: {
            id: string;
            account: string;
            venueName: string;
            /** @example ETH */
            instrument: string;
            /** @enum {string} */
            side: "buy" | "sell";
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            contracts: string;
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            filled: string;
            capUsd: string | null;
            reduceOnly: boolean;
            /**
             * @description decimal number as text
             * @example 20000.00
             */
            notionalUsd: string;
            /** @enum {string} */
            state: "PLANNED" | "SENT" | "UNKNOWN" | "ACKED" | "PARTIAL" | "FILLED" | "CANCELED" | "REJECTED" | "DROPPED";
            why: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            createdAt: string;
            steps: {
                seq: number;
                from: string;
                event: string;
                to: string;
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC
                 */
                at: string;
            }[];
        };
        VenuePosition: {
            id: string;
            /** @example ETH */
            instrument: string;
            /** @enum {string} */
            kind: "perpetual" | "option";
            underlying: string;
            /** @enum {string} */
            side: "long" | "short";
            /**
             * @description how many; `side` says which way
             * @example 20000.00
             */
            contracts: string;
            /** @description how many, as `contracts`; null where nobody can tell */
            coins: string | null;
            entryUsd: string | null;
            markUsd: string | null;
            unrealised: string | null;
            liquidation: {
                /** @enum {string} */
                kind: "price" | "none" | "unknown";
                usd: string | null;
                /** @description 1 decimal, rounded down */
                distancePercent: string | null;
            };
            isolated: boolean;
            /** @description equity over what the venue needs, 1 decimal, rounded down */
            marginRatio: string | null;
            /** @description below zero this position pays */
            fundingPercentAYear: string | null;
            /** @description how near the front of the queue of automatic deleveraging, in words */
            adl: string | null;
            ownGreeks: {
                delta: number;
                gamma: number;
                vega: number;
                theta: number;
            } | null;
            venueGreeks: {
                delta: number;
                gamma: number;
                vega: number;
                theta: number;
            } | null;
        };
        VenueStop: {
            environment: components["schemas"]["VenueEnvironment"];
            /** @enum {string} */
            scope: "global" | "venue" | "owner";
            venue: components["schemas"]["DerivativesVenue"] | null;
            /** @enum {string} */
            level: "no-grow" | "cancel-all" | "flatten";
            /** @enum {string} */
            by: "operator" | "owner" | "breaker";
            isConfirmed: boolean;
            /** @description what to hand in to confirm a flatten; null where nothing is to be confirmed */
            confirmation: string | null;
            sentence: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC
             */
            since: string;
        };
        VenueStopRequest: {
            environment: components["schemas"]["VenueEnvironment"];
            /**
             * @description nothing grows; nothing is sent; everything is closed, which counts as no-grow until it is confirmed
             * @enum {string}
             */
            level: "no-grow" | "cancel-all" | "flatten";
            /** @description of a flatten: what the first answer gave */
            confirmation?: string;
        };
        WatchdogRecipients: {
            recipients: {
                id: string;
                chainId: number;
                /** @description an EVM address, or `operators` for those who run the service */
                account: string;
                /** @enum {string} */
                channel: "email" | "webhook";
                target: string;
                secret: string | null;
                /** @description secrets that were replaced less than a day ago, with which is signed too */
                previousSecrets: string[];
                endToken: string;
            }[];
            /** @description what to ask for as `after`; null on the last page */
            next: string | null;
        };
        __shared: {
            $defs: {
                /** @description the signed-in account at this protocol unless `account` names another one */
                MoveSide: {
                    /** @constant */
                    protocol: "aave-v3";
                    /**
                     * @description EVM address
                     * @example 0x7a3e00000000000000000000000000000000cafe
                     */
                    account?: string;
                } | {
                    /** @constant */
                    protocol: "morpho-blue";
                    marketId: string;
                    /**
                     * @description EVM address
                     * @example 0x7a3e00000000000000000000000000000000cafe
                     */
                    account?: string;
                };
            };
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getConfig: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Config"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHeartbeat: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Heartbeat"];
                };
            };
            /** @description none was signed yet */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWatchdogRecipients: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WatchdogRecipients"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description another token, or none */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this service was given no token for a watchdog */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many wrong tokens */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the database or Redis does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOpenapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createNonce: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInNonce"];
                };
            };
            /** @description too many from one place */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInRequest"];
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the message, its nonce or its signature does not hold */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many from one place */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    watchAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountPositions"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAccountPositions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountPositions"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the address is not watched */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAccountPortfolio: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Portfolio"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the address is not watched */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAccountActivity: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Activity"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAccountDeliveries: {
        parameters: {
            query?: {
                status?: "pending" | "delivered" | "dead";
            };
            header?: never;
            path: {
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"][];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Replayed"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the address has no such delivery, or its subscription is not active */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many in a minute */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replaySubscription: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Replayed"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the address has no such active subscription */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many in a minute */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renewSubscriptionSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RenewedSecret"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the owner made no such webhook while signed in, or it has ended */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description it was renewed three times within 24 hours */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many in an hour */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testSubscription: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestSent"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the address has no such active webhook */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many in an hour */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAccountAlarms: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alarm"][];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acknowledgeAlarm: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alarm"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the address has no such alarm */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAccountMandates: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Mandate"][];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAccountSubscriptions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"][];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStops: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stop"][];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAccountStops: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stop"][];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stopAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stop"][];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    releaseAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stop"][];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getShadow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Shadow"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enterShadow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Shadow"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    leaveShadow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Shadow"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPosition: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Position"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no such position */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPositionHistory: {
        parameters: {
            query?: {
                points?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PositionHistory"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no such position */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPositionDecisions: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Decision"][];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no such position */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDecision: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Decision"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no such decision */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    draftMandate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MandateDraftRequest"];
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MandateDraft"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no such position */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this position cannot be protected; `detail` says why */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the chain does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    submitMandate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MandateSubmission"];
            };
        };
        responses: {
            /** @description The answer */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Mandate"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the mandate was drafted on an older state of the chain */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a term or the signature does not hold */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the chain does not answer */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMandate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                hash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Mandate"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no such mandate */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMandateRevocation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                hash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnsignedTransaction"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no such mandate */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    prepareMove: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MoveRequest"];
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Move"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the move would fail, endanger the giving side or help nobody; `detail` says which */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the chain does not answer or does not simulate */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getVenues: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VenueGateways"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDerivatives: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Derivatives"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    connectVenueKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VenueKeyRequest"];
            };
        };
        responses: {
            /** @description The answer */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VenueKey"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a key of this name is there already */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no gateway of this environment is running */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acceptVenueKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VenueKeyAcceptance"];
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VenueKey"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no such key */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the warning has changed: read it again */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the key is not connected */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endVenueKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VenueKey"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no such key */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putHedge: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
                underlying: components["schemas"]["HedgedUnderlying"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HedgeRequest"];
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Hedge"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a key or an account that it rests on was taken away while it was saved */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a bound does not hold, or an account cannot carry the hedge; `detail` says which */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endHedge: {
        parameters: {
            query: {
                environment: components["schemas"]["VenueEnvironment"];
            };
            header?: never;
            path: {
                address: string;
                underlying: components["schemas"]["HedgedUnderlying"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Hedge"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no such hedge */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a key or an account that it rests on was taken away while it was saved */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    protectVenueAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccountBounds"];
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VenueAccount"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no such account */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a key or an account that it rests on was taken away while it was saved */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a bound does not hold; `detail` says which */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unprotectVenueAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VenueAccount"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no such account */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a key or an account that it rests on was taken away while it was saved */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHedgeDecisions: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HedgeDecisions"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getVenueStops: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VenueStop"][];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stopVenues: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VenueStopRequest"];
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VenueStop"][];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the confirmation is another one */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    releaseVenues: {
        parameters: {
            query: {
                environment: components["schemas"]["VenueEnvironment"];
            };
            header?: never;
            path: {
                address: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VenueStop"][];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    evaluateRisk: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RiskRequest"];
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RiskAnswer"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many from one place */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    subscribe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SubscriptionRequest"];
            };
        };
        responses: {
            /** @description The answer */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no session, or it has ended */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the session belongs to another address, or the request comes from another site */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the account has as many subscriptions of this channel as it may have; end one first */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the webhook leads to a private address */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many from one place */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmSubscription: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenRequest"];
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no such token */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmEndOfSubscription: {
        parameters: {
            query: {
                token: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endSubscription: {
        parameters: {
            query?: {
                token?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenRequest"];
                "application/x-www-form-urlencoded": components["schemas"]["OneClickUnsubscribe"];
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no such token */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acknowledgeByLink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenRequest"];
            };
        };
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alarm"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no such token, or the subscription has ended */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many from one place */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    streamEvents: {
        parameters: {
            query?: {
                account?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["ChangeEvent"];
                };
            };
            /** @description a field is missing or malformed; `errors` names it, what was given and what is expected */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a fault of ours; `instance` names the request */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
