// Written by `npm run gen`. Do not edit.
export interface paths {
    "/v1/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * register
         * @description register.
         */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * login
         * @description login.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * refresh
         * @description refresh.
         */
        post: operations["refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * logout
         * @description logout.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * getOwnUser
         * @description getOwnUser.
         */
        get: operations["getOwnUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * updateOwnUser
         * @description updateOwnUser.
         */
        patch: operations["updateOwnUser"];
        trace?: never;
    };
    "/v1/rooms/{roomId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * getRoom
         * @description getRoom.
         */
        get: operations["getRoom"];
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
        /** @description You blocked or unblocked someone; the whole list as it is now. */
        BlocksUpdatedEvent: {
            /** @constant */
            type: "blocks.updated";
            userSeq: number;
            data: {
                blocks: string[];
            };
        };
        Credentials: {
            /** @description Username or e-mail address. */
            login: string;
            password: string;
            /** @description How this session is called in the list of sessions; made from User-Agent if absent. */
            deviceName?: string;
        };
        /**
         * @description Stable: branch on it.
         * @enum {string}
         */
        ErrorCode: "invalid_request" | "invalid_seq" | "weak_password" | "password_too_long" | "unauthenticated" | "invalid_credentials" | "invalid_refresh_token" | "forbidden" | "account_suspended" | "registration_closed" | "not_found" | "user_not_found" | "room_not_found" | "message_not_found" | "member_not_found" | "session_not_found" | "username_taken" | "email_taken" | "client_id_conflict" | "direct_room_fixed" | "room_archived" | "room_limit" | "block_limit" | "last_owner" | "last_admin" | "payload_too_large" | "unsupported_media_type" | "direct_with_self" | "rate_limited" | "internal" | "overloaded" | "unavailable" | "outcome_unknown";
        /** @description A refused command; `re` is null where the frame had no readable id. */
        ErrorReply: {
            re: number | null;
            /** @constant */
            ok: false;
            error: {
                code: components["schemas"]["ErrorCode"];
                /** @description What was tried, then why it failed. */
                message: string;
                retryAfterMs?: number;
            };
        };
        /** @description x */
        HelloCommand: {
            /** @description The client's number for this command; the reply names it as `re`. */
            id: number;
            /** @constant */
            type: "hello";
            token: string;
            epoch?: string;
            cursors?: {
                [key: string]: number;
            };
        };
        /** @description The answer to hello. */
        HelloReply: {
            /** @description The client's number for this command; the reply names it as `re`. */
            re: number;
            /** @constant */
            ok: true;
            data: Record<string, never>;
        };
        /** @description A member as of her joining. */
        JoinedMember: {
            user: components["schemas"]["UserSummary"];
            /** @enum {string} */
            role: "owner" | "admin" | "member";
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            joinedAt: string;
            /** @description A position in the room's log. */
            joinedSeq: number;
            /** @description The seq of the entry that last changed this; of two copies the larger is newer. */
            version: number;
            /**
             * Format: uuid
             * @description A UUID.
             */
            by: string;
        };
        /** @description Live. */
        LiveFrame: {
            /** @constant */
            type: "live";
        };
        /** @description Someone joined or was added. */
        MemberJoinedEvent: {
            /** @constant */
            type: "member.joined";
            /**
             * Format: uuid
             * @description A UUID.
             */
            room: string;
            /** @description A position in the room's log. */
            seq: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            at: string;
            data: components["schemas"]["JoinedMember"];
        };
        /** @description Someone left or was removed: the last entry she sees of this room. */
        MemberLeftEvent: {
            /** @constant */
            type: "member.left";
            /**
             * Format: uuid
             * @description A UUID.
             */
            room: string;
            /** @description A position in the room's log. */
            seq: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            at: string;
            data: {
                /**
                 * Format: uuid
                 * @description A UUID.
                 */
                userId: string;
                /**
                 * Format: uuid
                 * @description A UUID.
                 */
                by: string;
                /** @enum {string} */
                reason: "left" | "removed" | "deleted";
            };
        };
        /** @description A member's role changed. */
        MemberUpdatedEvent: {
            /** @constant */
            type: "member.updated";
            /**
             * Format: uuid
             * @description A UUID.
             */
            room: string;
            /** @description A position in the room's log. */
            seq: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            at: string;
            data: {
                user: components["schemas"]["UserSummary"];
                /** @enum {string} */
                role: "owner" | "admin" | "member";
                /**
                 * Format: uuid
                 * @description A UUID.
                 */
                by: string;
            };
        };
        Message: {
            /**
             * Format: uuid
             * @description A UUID.
             */
            roomId: string;
            /** @description A position in the room's log. */
            seq: number;
            /** @description The seq of the entry that last changed this; of two copies the larger is newer. */
            version: number;
            author: components["schemas"]["UserSummary"];
            /**
             * Format: uuid
             * @description Made by the client, once for each thing it makes: a repeat is never a second one.
             */
            clientId: string;
            text: string | null;
            /**
             * @description action: as /me writes it.
             * @enum {string}
             */
            style: "text" | "action";
            replyTo: number | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            createdAt: string;
            editedAt: string | null;
            deletedAt: string | null;
        };
        /** @description A message was sent. Its content is as of the reading. */
        MessageCreatedEvent: {
            /** @constant */
            type: "message.created";
            /**
             * Format: uuid
             * @description A UUID.
             */
            room: string;
            /** @description A position in the room's log. */
            seq: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            at: string;
            data: components["schemas"]["Message"];
        };
        /** @description A message was deleted: ids only, never its text. */
        MessageDeletedEvent: {
            /** @constant */
            type: "message.deleted";
            /**
             * Format: uuid
             * @description A UUID.
             */
            room: string;
            /** @description A position in the room's log. */
            seq: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            at: string;
            data: {
                /** @description A position in the room's log. */
                message: number;
                /**
                 * Format: uuid
                 * @description A UUID.
                 */
                by: string;
            };
        };
        /** @description A message was edited; the whole message as it is now. */
        MessageEditedEvent: {
            /** @constant */
            type: "message.edited";
            /**
             * Format: uuid
             * @description A UUID.
             */
            room: string;
            /** @description A position in the room's log. */
            seq: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            at: string;
            data: components["schemas"]["Message"];
        };
        /** @description x */
        MessageSendCommand: {
            /** @description The client's number for this command; the reply names it as `re`. */
            id: number;
            /** @constant */
            type: "message.send";
            /**
             * Format: uuid
             * @description A UUID.
             */
            room: string;
            /**
             * Format: uuid
             * @description A UUID.
             */
            clientId: string;
            text: string;
            /** @description A position in the room's log. */
            replyTo?: number;
        };
        /** @description The answer to message.send. */
        MessageSendReply: {
            /** @description The client's number for this command; the reply names it as `re`. */
            re: number;
            /** @constant */
            ok: true;
            data: components["schemas"]["SentMessage"];
        };
        /** @description A person as she sees herself. */
        OwnUser: {
            /**
             * Format: uuid
             * @description A UUID.
             */
            id: string;
            username: string;
            displayName: string;
            avatarUrl: string | null;
            bio: string;
            statusText: string;
            /** @enum {string} */
            role: "user" | "admin";
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            updatedAt: string;
            email: string | null;
            emailVerified: boolean;
            /** @enum {string} */
            status: "active" | "suspended";
        };
        /** @description Alive? */
        PingFrame: {
            /** @constant */
            type: "ping";
        };
        /** @description Every error of the HTTP API. */
        Problem: {
            /** @description urn:parley:problem:<code> */
            type: string;
            title: string;
            status: number;
            /** @description What was tried, then why it failed. */
            detail: string;
            code: components["schemas"]["ErrorCode"];
            /** @description Names this request in the server log. */
            requestId: string;
            errors?: {
                /** @description RFC 6901, into the body, query or path. */
                pointer: string;
                detail: string;
            }[];
            retryAfterMs?: number;
        };
        /** @description Your read marker moved, on this or another device. */
        ReadUpdatedEvent: {
            /** @constant */
            type: "read.updated";
            userSeq: number;
            data: {
                /**
                 * Format: uuid
                 * @description A UUID.
                 */
                room: string;
                /** @description A position in the room's log. */
                readSeq: number;
                unread: number;
                /** @description There are more than 100. */
                unreadMore: boolean;
            };
        };
        /** @description Ready. */
        ReadyFrame: {
            /** @constant */
            type: "ready";
            /**
             * Format: uuid
             * @description A UUID.
             */
            connectionId: string;
            /**
             * Format: uuid
             * @description A UUID.
             */
            sessionId: string;
            epoch: string;
            heartbeatMs: number;
            /** @description A position in the room's log. */
            userSeq: number;
            user: components["schemas"]["OwnUser"];
            rooms: components["schemas"]["Room"][];
        };
        /** @description Someone read up to here; in rooms of at most 50 members. */
        ReceiptFrame: {
            /** @constant */
            type: "receipt";
            /**
             * Format: uuid
             * @description A UUID.
             */
            room: string;
            /**
             * Format: uuid
             * @description A UUID.
             */
            userId: string;
            /** @description A position in the room's log. */
            seq: number;
        };
        /** @description Reconnect. */
        ReconnectFrame: {
            /** @constant */
            type: "reconnect";
            afterMs: number;
        };
        RefreshRequest: {
            refreshToken: string;
        };
        Registration: {
            /** @description Kept in lower case; unique whatever the case. */
            username: string;
            /** Format: email */
            email: string;
            /** @description At least 8 characters and at most 72 bytes; common passwords are refused. */
            password: string;
            /** @description Trimmed; must hold something visible and no control or direction characters. */
            displayName?: string;
            /** @description How this session is called in the list of sessions; made from User-Agent if absent. */
            deviceName?: string;
        };
        /** @description Reset. */
        ResetFrame: {
            /** @constant */
            type: "reset";
            /**
             * Format: uuid
             * @description A UUID.
             */
            room: string;
            /** @description A position in the room's log. */
            lastSeq: number;
        };
        /** @description A room as one of its members sees it; `peer` is the other one of a direct room. */
        Room: {
            /**
             * Format: uuid
             * @description A UUID.
             */
            id: string;
            /** @enum {string} */
            kind: "direct" | "group" | "channel";
            name: string | null;
            topic: string;
            /**
             * @description What a new member of a group sees: everything, or what comes after her.
             * @enum {string}
             */
            history: "all" | "sinceJoin";
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            createdAt: string;
            archivedAt: string | null;
            /** @description The seq of the entry that last changed this; of two copies the larger is newer. */
            version: number;
            /** @enum {string} */
            role: "owner" | "admin" | "member";
            peer?: components["schemas"]["UserSummary"];
            /** @description A position in the room's log. */
            joinedSeq: number;
            /** @description You see nothing before this entry. */
            visibleFrom: number;
            /** @description The room's last entry, in the snapshot of this answer. */
            lastSeq: number;
            /** @description A position in the room's log. */
            readSeq: number;
            unread: number;
            /** @description There are more than 100. */
            unreadMore: boolean;
            lastMessage: components["schemas"]["Message"] | null;
        };
        /** @description You are now a member of this room; its entries follow from lastSeq + 1. */
        RoomAddedEvent: {
            /** @constant */
            type: "room.added";
            userSeq: number;
            data: components["schemas"]["Room"];
        };
        /** @description You are no longer a member of this room; also the answer to a cursor of a room not in ready. */
        RoomGoneEvent: {
            /** @constant */
            type: "room.gone";
            userSeq: number;
            data: {
                /**
                 * Format: uuid
                 * @description A UUID.
                 */
                room: string;
            };
        };
        /** @description Gone. */
        RoomGoneFrame: {
            /** @constant */
            type: "room.gone";
            /**
             * Format: uuid
             * @description A UUID.
             */
            room: string;
        };
        /** @description What every member sees alike. */
        RoomInfo: {
            /**
             * Format: uuid
             * @description A UUID.
             */
            id: string;
            /** @enum {string} */
            kind: "direct" | "group" | "channel";
            name: string | null;
            topic: string;
            /**
             * @description What a new member of a group sees: everything, or what comes after her.
             * @enum {string}
             */
            history: "all" | "sinceJoin";
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            createdAt: string;
            archivedAt: string | null;
            /** @description The seq of the entry that last changed this; of two copies the larger is newer. */
            version: number;
        };
        /** @description Name, topic or archive state changed. */
        RoomUpdatedEvent: {
            /** @constant */
            type: "room.updated";
            /**
             * Format: uuid
             * @description A UUID.
             */
            room: string;
            /** @description A position in the room's log. */
            seq: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            at: string;
            data: components["schemas"]["RoomInfo"];
        };
        SentMessage: {
            /**
             * Format: uuid
             * @description A UUID.
             */
            roomId: string;
            /** @description A position in the room's log. */
            seq: number;
            /** @description The seq of the entry that last changed this; of two copies the larger is newer. */
            version: number;
            author: components["schemas"]["UserSummary"];
            /**
             * Format: uuid
             * @description Made by the client, once for each thing it makes: a repeat is never a second one.
             */
            clientId: string;
            text: string | null;
            /**
             * @description action: as /me writes it.
             * @enum {string}
             */
            style: "text" | "action";
            replyTo: number | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             */
            createdAt: string;
            editedAt: string | null;
            deletedAt: string | null;
            /** @description This clientId was sent before: here is the original. */
            repeated: boolean;
        };
        /** @description Sessions of yours ended: their devices are signed out. */
        SessionEndedEvent: {
            /** @constant */
            type: "session.ended";
            userSeq: number;
            data: {
                sessionIds: string[];
            };
        };
        /** @description What a signed-in device holds. */
        SessionGrant: {
            /**
             * Format: uuid
             * @description A UUID.
             */
            id: string;
            /** @description A JWT: `Authorization: Bearer <accessToken>`. */
            accessToken: string;
            /** @description Seconds the access token lasts. */
            expiresIn: number;
            /** @description Good for one refresh, which answers the next one. */
            refreshToken: string;
        };
        SignedIn: {
            user: components["schemas"]["OwnUser"];
            session: components["schemas"]["SessionGrant"];
        };
        /** @description x */
        TokenRenewCommand: {
            /** @description The client's number for this command; the reply names it as `re`. */
            id: number;
            /** @constant */
            type: "token.renew";
            token: string;
        };
        /** @description The answer to token.renew. */
        TokenRenewReply: {
            /** @description The client's number for this command; the reply names it as `re`. */
            re: number;
            /** @constant */
            ok: true;
            data: Record<string, never>;
        };
        /** @description Someone is writing. */
        TypingFrame: {
            /** @constant */
            type: "typing";
            /**
             * Format: uuid
             * @description A UUID.
             */
            room: string;
            /**
             * Format: uuid
             * @description A UUID.
             */
            userId: string;
            /** @description It ends by itself after this. */
            expiresInMs: number;
        };
        /** @description How a person appears beside what she did. */
        UserSummary: {
            /**
             * Format: uuid
             * @description A UUID.
             */
            id: string;
            username: string;
            displayName: string;
            avatarUrl: string | null;
        };
        /** @description Your own profile or account changed. */
        UserUpdatedEvent: {
            /** @constant */
            type: "user.updated";
            userSeq: number;
            data: components["schemas"]["OwnUser"];
        };
    };
    responses: {
        /** @description `rate_limited`: there were too many requests; wait before trying again. */
        rate_limited: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `internal`: something went wrong on the server; the request id names it in the log. */
        internal: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `unavailable`: the server cannot reach what it needs; nothing was stored, try again. */
        unavailable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description Names this request in the server log. */
        RequestId: string;
        /** @description The path of what was made. */
        Location: string;
        /** @description What is left of the limit, as `"name";r=<left>;t=<seconds to reset>`. */
        RateLimit: string;
        /** @description The limit, as `"name";q=<quota>;w=<window in seconds>`. */
        RateLimitPolicy: string;
        /** @description How many seconds to wait. */
        RetryAfter: string;
        /** @description `Bearer realm="parley"` */
        Challenge: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Registration"];
            };
        };
        responses: {
            /** @description ok */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: the request is larger than this server accepts. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: the body must be application/json. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Credentials"];
            };
        };
        responses: {
            /** @description ok */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: the request is larger than this server accepts. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: the body must be application/json. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    refresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefreshRequest"];
            };
        };
        responses: {
            /** @description ok */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        session: components["schemas"]["SessionGrant"];
                    };
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: the request is larger than this server accepts. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: the body must be application/json. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description ok */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    getOwnUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description ok */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnUser"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    updateOwnUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    bio?: string;
                };
            };
        };
        responses: {
            /** @description ok */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnUser"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: the request is larger than this server accepts. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: the body must be application/json. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    getRoom: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID. */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description ok */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Room"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "WWW-Authenticate": components["headers"]["Challenge"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
}
