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
         * Create an account and sign in
         * @description The answer holds the access token for the requests that follow, and the refresh token for later. Where REGISTRATION is `verified` it is 202, whatever is taken, and the account begins with `confirmRegistration`.
         */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/register/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin the account with the token of the mail
         * @description Where REGISTRATION is `verified`. Sign in afterwards.
         */
        post: operations["confirmRegistration"];
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
         * Sign in with a password
         * @description One answer for a wrong password and an unknown login. After several failures a wait is demanded: `rate_limited` with `retryAfterMs`. Where the account asks for a code, the answer to the right password is `two_factor_required`: send the same again with `code`.
         */
        post: operations["logIn"];
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
         * Exchange a refresh token for the next one and a new access token
         * @description Where the answer was lost, ask again with the same token: the answer holds the same next one, until that has been used and for 10 seconds after. A token presented later than that is taken for a copy, and its session ends.
         */
        post: operations["refreshSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The public keys of access tokens
         * @description For services of your own that take Parley's access tokens: EdDSA, `typ` at+jwt.
         */
        get: operations["readSigningKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where you are signed in
         * @description Newest first.
         *
         *     A session only, or a token of TRUSTED_ISSUER.
         */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        /**
         * Sign all other devices out
         * @description Every session but this one ends, as when you lost a device.
         *
         *     A session only, or a token of TRUSTED_ISSUER.
         */
        delete: operations["endOtherSessions"];
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
         * End this session
         * @description Its tokens are refused and its sockets close at once.
         *
         *     A session only, or a token of TRUSTED_ISSUER.
         */
        post: operations["logOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/sessions/{sessionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Sign a device out
         * @description Its access token is refused from now on, its sockets close with 4502.
         *
         *     A session only, or a token of TRUSTED_ISSUER.
         */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change your password
         * @description All your other sessions end.
         *
         *     A session only.
         */
        post: operations["changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/browser-session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Keep a session in a cookie
         * @description For web pages, right after signing in: the refresh token moves into an HttpOnly cookie (`__Host-parley`; over https, or at localhost), the one in the body is used up, and `refreshBrowserSession` takes its place. The request must come from a page of this server or of an origin in CORS_ORIGINS under the same site, with `credentials: "include"`.
         */
        post: operations["keepSessionInCookie"];
        /**
         * Sign this browser out
         * @description Ends the session of the cookie and takes the cookie away; needs no access token.
         */
        delete: operations["endBrowserSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/browser-session/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A new access token, by the cookie
         * @description As `refreshSession`, with the refresh token of the cookie. Several tabs may do so at once.
         */
        post: operations["refreshBrowserSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/email-verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send the link that confirms your address once more
         * @description The first one is sent at registration. Nothing is sent where the address is confirmed already, or was written to five times within the hour.
         *
         *     A session only.
         */
        post: operations["requestEmailVerification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/email-verification/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm an address with the token of the mail
         * @description Needs no session: the token says whose address it is. After `changeEmail` the new address takes the place of the old one here.
         */
        post: operations["confirmEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change your e-mail address
         * @description Sends a link to the new address, which becomes yours once you confirm it; until then the old one stays. The old one is told. Asks who you are once more: for a code where two-factor is on, else for the password, where the account has one.
         *
         *     A session only.
         */
        post: operations["changeEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/password-reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a link to choose a new password with
         * @description One answer, after the same time, whether the address is known or not.
         */
        post: operations["requestPasswordReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/password-reset/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Choose a new password with the token of the mail
         * @description Every session ends. A password that is refused leaves the token as it is: try another.
         */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All invitations
         * @description Newest first, with those that are used up, over or taken back.
         *
         *     For administrators of the server only. Scope of tokens: `admin:read`.
         */
        get: operations["listInvitations"];
        put?: never;
        /**
         * Invite people
         * @description Where REGISTRATION is `invitation`, people register with the token of this answer, which is shown once. One person, within a week, unless you say otherwise.
         *
         *     For administrators of the server only. Scope of tokens: `admin:write`.
         */
        post: operations["createInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/invitations/{invitationId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One invitation
         * @description How often it was used, and until when it can be.
         *
         *     For administrators of the server only. Scope of tokens: `admin:read`.
         */
        get: operations["readInvitation"];
        put?: never;
        post?: never;
        /**
         * Take an invitation back
         * @description Nobody registers with it any more; whoever has done so stays.
         *
         *     For administrators of the server only. Scope of tokens: `admin:write`.
         */
        delete: operations["revokeInvitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your personal access tokens
         * @description Those that are good, newest first, with their last use to the minute.
         *
         *     A session only.
         */
        get: operations["listTokens"];
        put?: never;
        /**
         * Make a personal access token
         * @description For programs that act in your name: `Authorization: Bearer <token>`, or the `hello` of the socket. It may do what its scopes say and nothing else, never what needs a session. This answer shows it, once. The password is asked for where the account has one.
         *
         *     A session only.
         */
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/tokens/{tokenId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End a personal access token
         * @description It is refused from now on, its sockets close with 4502.
         *
         *     A session only.
         */
        delete: operations["revokeToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/bots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make an account for a program
         * @description A person as others see her, marked `bot`. Nobody signs in as a bot: give it a token.
         *
         *     For administrators of the server only. Scope of tokens: `admin:write`.
         */
        post: operations["createBot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/bots/{userId}/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A bot's tokens
         * @description Those that are good, newest first.
         *
         *     For administrators of the server only. Scope of tokens: `admin:read`.
         */
        get: operations["listBotTokens"];
        put?: never;
        /**
         * Make a token for a bot
         * @description This answer shows it, once.
         *
         *     For administrators of the server only. A session only.
         */
        post: operations["createBotToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/bots/{userId}/tokens/{tokenId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End a token of a bot
         * @description It is refused from now on, its sockets close with 4502.
         *
         *     For administrators of the server only. Scope of tokens: `admin:write`.
         */
        delete: operations["revokeBotToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/two-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether signing in asks you for a code
         * @description And how many recovery codes are left.
         *
         *     A session only.
         */
        get: operations["readTwoFactor"];
        put?: never;
        /**
         * Begin with an authenticator
         * @description Show `uri` as a QR code. Nothing changes before `confirmTwoFactor`; beginning again makes another secret. The password is asked for where the account has one.
         *
         *     A session only.
         */
        post: operations["beginTwoFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/two-factor/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Turn it on with a first code
         * @description From now on signing in with the password asks for a code (`two_factor_required`). The answer holds ten recovery codes, shown once, each good for one sign-in.
         *
         *     A session only.
         */
        post: operations["confirmTwoFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/two-factor/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * New recovery codes
         * @description The old ones end. Takes a code of the authenticator, or a recovery code.
         *
         *     A session only.
         */
        post: operations["renewRecoveryCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/two-factor/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Turn it off
         * @description With the password, where the account has one, and a code of the authenticator or a recovery code.
         *
         *     A session only.
         */
        post: operations["disableTwoFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/passkeys/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin with a passkey
         * @description Asks who you are once more: for a code where two-factor is on, else for the password, where the account has one. Hand the answer to `navigator.credentials.create` within five minutes, and what that makes to `addPasskey`. Passkeys belong to the host name of PUBLIC_URL.
         *
         *     A session only.
         */
        post: operations["beginPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your passkeys
         * @description Newest first, with their last use.
         *
         *     A session only.
         */
        get: operations["listPasskeys"];
        put?: never;
        /**
         * Add the passkey the browser made
         * @description From now on it signs you in: with no password, and with no code.
         *
         *     A session only.
         */
        post: operations["addPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/passkeys/{passkeyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a passkey
         * @description Nobody signs in with it any more. Sessions it began go on: end them apart.
         *
         *     A session only.
         */
        delete: operations["removePasskey"];
        options?: never;
        head?: never;
        /**
         * Give a passkey another name
         * @description Only you see it.
         *
         *     A session only.
         */
        patch: operations["renamePasskey"];
        trace?: never;
    };
    "/v1/auth/passkey-login/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to sign in with a passkey
         * @description Hand the answer to `navigator.credentials.get` within five minutes, and what that answers to `logInWithPasskey`.
         */
        post: operations["beginPasskeyLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/passkey-login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with a passkey
         * @description It says who you are, and its device has made sure that it is you: no password and no code is asked for. Each challenge is good for one try.
         */
        post: operations["logInWithPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/openid": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whom one can sign in with
         * @description One button each; none where OIDC_PROVIDERS names nobody. Where `passwords` is false, everything about them is refused (`passwords_off`): show no form for one.
         */
        get: operations["listProviders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/openid/{provider}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to sign in with a provider
         * @description Send the browser to `url`. It comes back to `returnTo`: signed in, with the refresh token in the cookie of `refreshBrowserSession`; with `#sign-in-ticket=…` where a code is asked for (`redeemSignIn`); with `#sign-in-error=<code>` where it failed. From a page of another origin call with `credentials: "include"`. A native app gives a `challenge`, opens `url` in the system's browser, and is handed `?ticket=…` or `?error=<code>`.
         */
        post: operations["beginSignIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/openid/{provider}/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where providers send browsers back to
         * @description Not called by clients: register it with the provider. A program that does not ask for `text/html` is answered what went wrong, a browser is sent on with it.
         */
        get: operations["finishSignIn"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/openid-session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange the ticket of a sign-in for a session
         * @description For native apps, with the `verifier`, and for accounts that ask for a code of the authenticator: after `two_factor_required` send the same again with `code`.
         */
        post: operations["redeemSignIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/identities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who you are elsewhere
         * @description One for each provider at most, in the order in which they were linked.
         *
         *     A session only, or a token of TRUSTED_ISSUER.
         */
        get: operations["listIdentities"];
        put?: never;
        /**
         * Begin to link a provider
         * @description As `beginSignIn`, for your account. Asks who you are once more: for a code where two-factor is on, else for the password, where the account has one.
         *
         *     A session only.
         */
        post: operations["beginLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/identities/{identityId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Unlink a provider
         * @description Nobody signs in by it any more; sessions it began go on.
         *
         *     A session only.
         */
        delete: operations["unlinkIdentity"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/identities/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Link what a native app came back with
         * @description With the ticket it was handed, and the secret behind its `challenge`.
         *
         *     A session only.
         */
        post: operations["confirmLink"];
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
         * Your own profile
         * @description With what only you and administrators see: e-mail address and state of the account.
         *
         *     Scope of tokens: `people:read`.
         */
        get: operations["readOwnProfile"];
        put?: never;
        post?: never;
        /**
         * Delete your account
         * @description For good, at once: sessions and memberships end, the profile is erased, the username is free again. Messages stay, by "Deleted account"; with `texts=erase` each is deleted soon after, and only its place stays. There is no body: not every proxy passes one on with DELETE, and not every account has a password to repeat; ask the person before you call.
         *
         *     A session only, or a token of TRUSTED_ISSUER.
         */
        delete: operations["deleteOwnAccount"];
        options?: never;
        head?: never;
        /**
         * Change your profile
         * @description Changes the fields named; an empty value takes one of `fields` away. Your devices hear of it as `user.updated`.
         *
         *     Scope of tokens: `people:write`.
         */
        patch: operations["changeOwnProfile"];
        trace?: never;
    };
    "/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find people by name
         * @description Best first: usernames that begin with `q`, display names that do, names that hold it, names like it (typing errors). Suspended and deleted people are left out, and those with a block between you in either direction.
         *
         *     Scope of tokens: `people:read`.
         */
        get: operations["searchUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Someone's profile
         * @description When she was last here is null where she shows it to contacts or nobody only, and where there is a block between you.
         *
         *     Scope of tokens: `people:read`.
         */
        get: operations["readUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/me/avatar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Choose your picture
         * @description The file is read as a picture, turned upright, cut to a square and written anew: nothing else it holds (place, camera, further frames) is kept. `avatarUrl` changes, and your devices hear of it as `user.updated`.
         *
         *     Scope of tokens: `people:write`.
         */
        put: operations["changeOwnAvatar"];
        post?: never;
        /**
         * Take your picture back
         * @description The one drawn from your name is shown again. Answers 204 also where it was.
         *
         *     Scope of tokens: `people:write`.
         */
        delete: operations["removeOwnAvatar"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/users/{userId}/avatar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take someone's picture away
         * @description The one drawn from her name is shown again. Answers 204 also where it was.
         *
         *     For administrators of the server only. Scope of tokens: `admin:write`.
         */
        delete: operations["removeAvatarOf"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/profile-fields": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What profiles hold here
         * @description The fields this server's administrators have defined, in their order.
         *
         *     Scope of tokens: `people:read`.
         */
        get: operations["listProfileFields"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/profile-fields": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Define what profiles hold here
         * @description The whole list. What people wrote into a field that is no longer there, or of another kind, is deleted.
         *
         *     For administrators of the server only. Scope of tokens: `admin:write`.
         */
        put: operations["replaceProfileFields"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/me/blocks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whom you block
         * @description Your own list; the people on it never learn of it.
         *
         *     Scope of tokens: `people:read`.
         */
        get: operations["listBlocks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/me/blocks/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Block someone
         * @description No direct messages in either direction, and neither finds the other. She does not learn of it. Your devices hear `blocks.updated`. Blocking twice changes nothing.
         *
         *     Scope of tokens: `people:write`.
         */
        put: operations["blockUser"];
        post?: never;
        /**
         * Unblock someone
         * @description Answers 204 also where there was no block.
         *
         *     Scope of tokens: `people:write`.
         */
        delete: operations["unblockUser"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All accounts
         * @description By username. Deleted accounts are left out.
         *
         *     For administrators of the server only. Scope of tokens: `admin:read`.
         */
        get: operations["listAccounts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/users/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete someone's account
         * @description For good, as `DELETE /v1/users/me` does it: sessions and memberships end, the profile is erased, the username is free again. Messages stay, by "Deleted account"; with `texts=erase` each is deleted soon after. Your own account goes by the other call only.
         *
         *     For administrators of the server only. Scope of tokens: `admin:write`.
         */
        delete: operations["deleteAccount"];
        options?: never;
        head?: never;
        /**
         * Change a role; suspend or restore an account
         * @description A suspension ends every session at once and keeps the account signed out until it is restored, or until `until`. The last active administrator can be neither demoted nor suspended.
         *
         *     For administrators of the server only. Scope of tokens: `admin:write`.
         */
        patch: operations["changeAccount"];
        trace?: never;
    };
    "/v1/admin/users/{userId}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Sign someone out everywhere
         * @description Every session ends at once; personal access tokens stay.
         *
         *     For administrators of the server only. Scope of tokens: `admin:write`.
         */
        delete: operations["endSessionsOf"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/users/{userId}/two-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Turn someone's two-factor off
         * @description For whoever has lost her authenticator and her recovery codes. Every session ends too; she is told by mail. Answers 204 also where it was off.
         *
         *     For administrators of the server only. Scope of tokens: `admin:write`.
         */
        delete: operations["resetTwoFactorOf"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/users/{userId}/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove all passkeys of someone
         * @description For whoever has lost a device that holds one. Every session ends too; she is told by mail. Answers 204 also where she had none, or has no other way in: see `hasPassword` and `identities`. Without both she signs in again once she has asked for a password by mail.
         *
         *     For administrators of the server only. Scope of tokens: `admin:write`.
         */
        delete: operations["removePasskeysOf"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was done to accounts
         * @description Sign-ins, ends of sessions, changes of role, status and password; newest first.
         *
         *     For administrators of the server only. Scope of tokens: `admin:read`.
         */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rooms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List my rooms
         * @description Latest activity first, each with its last message and what is unread.
         *
         *     Scope of tokens: `rooms:read`.
         */
        get: operations["listRooms"];
        put?: never;
        /**
         * Create a group or a channel
         * @description You become its owner. A repeat with the same clientId answers 200 with the room it made.
         *
         *     Scope of tokens: `rooms:write`.
         */
        post: operations["createRoom"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rooms/direct/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Open the direct room with a person
         * @description There is exactly one for each two people; it is made where it is missing.
         *
         *     Scope of tokens: `rooms:write`.
         */
        put: operations["openDirectRoom"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
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
         * Read a room
         * @description As its member; a channel you are not in shows its name and topic.
         *
         *     Scope of tokens: `rooms:read`.
         */
        get: operations["getRoom"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Rename, describe, archive or reopen a room
         * @description Name and topic: owners and admins. Archive: owners.
         *
         *     Scope of tokens: `rooms:write`.
         */
        patch: operations["changeRoom"];
        trace?: never;
    };
    "/v1/rooms/{roomId}/join": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Join a public channel
         * @description Who is a member already stays one, and gets the room.
         *
         *     Scope of tokens: `rooms:write`.
         */
        post: operations["joinChannel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/channels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Discover public channels
         * @description By name; `q` finds a part of it. Archived channels are left out.
         *
         *     Scope of tokens: `rooms:read`.
         */
        get: operations["listChannels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rooms/{roomId}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the members of a room
         * @description In the order they joined; with `readSeq` in rooms of at most 50.
         *
         *     Scope of tokens: `rooms:read`.
         */
        get: operations["listMembers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rooms/{roomId}/members/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Add a member or set a role
         * @description Without a role a person is added as member, and a member stays what she is. Roles are set by owners.
         *
         *     Scope of tokens: `rooms:write`.
         */
        put: operations["putMember"];
        post?: never;
        /**
         * Remove a member, or leave
         * @description With `me` you leave. When the last owner leaves, the longest-standing admin, else member, becomes owner.
         *
         *     Scope of tokens: `rooms:write`.
         */
        delete: operations["removeMember"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rooms/{roomId}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read messages
         * @description The latest, or those before, after or around a seq (bounds excluded, the middle of around included); always by ascending seq.
         *
         *     Scope of tokens: `messages:read`.
         */
        get: operations["listMessages"];
        put?: never;
        /**
         * Send a message
         * @description Answered once it is stored. The same clientId is the same message for ever: a repeat answers 200 with the original and `repeated: true`, so retry until you have an answer.
         *
         *     Scope of tokens: `messages:write`.
         */
        post: operations["sendMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rooms/{roomId}/messages/{seq}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read one message
         * @description A deleted message keeps its place, with `text: null`.
         *
         *     Scope of tokens: `messages:read`.
         */
        get: operations["getMessage"];
        put?: never;
        post?: never;
        /**
         * Delete a message
         * @description One's own; anyone's as owner or admin of the room. Its place stays, its text goes.
         *
         *     Scope of tokens: `messages:write`.
         */
        delete: operations["deleteMessage"];
        options?: never;
        head?: never;
        /**
         * Edit my message
         * @description The room hears of it as `message.edited`. The same text again changes nothing.
         *
         *     Scope of tokens: `messages:write`.
         */
        patch: operations["editMessage"];
        trace?: never;
    };
    "/v1/rooms/{roomId}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Move my read marker
         * @description Forward only: an older seq answers where it is. Past the last entry is an error.
         *
         *     Scope of tokens: `messages:write`.
         */
        put: operations["setReadMarker"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rooms/{roomId}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a room's log
         * @description Every durable change in order, in the same shapes as the socket sends them.
         *
         *     Scope of tokens: `messages:read`.
         */
        get: operations["readLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far the copy of your data is
         * @description Once it is `ready`, with a link to it.
         *
         *     A session only, or a token of TRUSTED_ISSUER.
         */
        get: operations["readExport"];
        put?: never;
        /**
         * Ask for a copy of your data
         * @description One ZIP: a JSON file with your profile, sessions, rooms, messages and everything else that is known of you, and your picture. It is written in the background; read it again until it is `ready`. While you have one, which is for a day, asking again answers with that.
         *
         *     A session only, or a token of TRUSTED_ISSUER.
         */
        post: operations["requestExport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is the process alive?
         * @description Asks nothing of the database: use /readyz to know whether requests can be served.
         */
        get: operations["checkHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Can this node serve?
         * @description Asks the database. Redis being away is reported but does not make a node unready: it still serves, only news between nodes waits.
         */
        get: operations["checkReadiness"];
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
        AccountChange: {
            /** @enum {string} */
            role?: "user" | "admin";
            /** @enum {string} */
            status?: "active" | "suspended";
            /** @description Why; kept in the audit log. */
            reason?: string;
            /** @description When a suspension ends by itself, within a minute. */
            until?: string | null;
        };
        /** @description A person as administrators see her. */
        AdminUser: {
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            id: string;
            /** @example ada */
            username: string;
            /** @example Ada Lovelace */
            displayName: string;
            /**
             * @description A picture of 256 pixels by 256, of 64 with `?size=64`; relative to this server, read without a token. A person without one is drawn from her name. The address changes with what it shows.
             * @example /v1/avatars/0192f0c1-7a5e-7c3b-9d2e-5f1a2b3c4d5e/93ed67ee70122a95
             */
            avatarUrl: string;
            /** @example Analyst and metaphysician */
            bio: string;
            /** @example computing */
            statusText: string;
            /**
             * @description When the status text ends: clients hide it then; answers leave it out.
             * @example null
             */
            statusTextUntil: string | null;
            /** @enum {string} */
            role: "user" | "admin";
            /**
             * @description An account of a program.
             * @example false
             */
            bot: boolean;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            updatedAt: string;
            /** @example null */
            timeZone: string | null;
            /** @example null */
            locale: string | null;
            /**
             * @description By the keys of `GET /v1/profile-fields`.
             * @example {}
             */
            fields: {
                [key: string]: string;
            };
            /**
             * @description Who may begin a direct room with you or add you to a room; `sharedRooms`: whoever is in a room with you. Rooms you are in stay as they are.
             * @enum {string}
             */
            reachableBy: "everyone" | "sharedRooms" | "nobody";
            /**
             * @description Who sees when you were last here; `contacts`: whoever shares a direct room with you.
             * @enum {string}
             */
            lastSeenTo: "everyone" | "contacts" | "nobody";
            email: string | null;
            emailVerified: boolean;
            /**
             * @description false for who came by a provider or a product; a reset by mail gives her one. Nobody signs in with it where `listProviders` says that passwords are not taken.
             * @example true
             */
            hasPassword: boolean;
            /** @enum {string} */
            status: "active" | "suspended";
            /** @example null */
            statusReason: string | null;
            /**
             * @description When the suspension ends by itself.
             * @example null
             */
            suspendedUntil: string | null;
            /** @description A code is asked for when she signs in. */
            hasTwoFactor: boolean;
            /**
             * @description How many she has.
             * @example 1
             */
            passkeys: number;
            /** @description Accounts of providers, or of your product, by which she signs in. */
            identities: number;
        };
        Alive: {
            /** @constant */
            status: "ok";
        };
        AuditEntry: {
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            id: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            at: string;
            /**
             * @description Past tense: session.started, user.suspended, ...
             * @example user.suspended
             */
            action: string;
            actor: components["schemas"]["UserSummary"] | null;
            subject: components["schemas"]["UserSummary"] | null;
            /** @description What else is known; differs by action. */
            detail: {
                [key: string]: unknown;
            };
        };
        Block: {
            user: components["schemas"]["UserSummary"];
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            createdAt: string;
        };
        /** @description You blocked or unblocked someone; the whole list as it is now. */
        BlocksUpdatedEvent: {
            /** @constant */
            type: "blocks.updated";
            userSeq: number;
            data: {
                blocks: string[];
            };
        };
        BotRequest: {
            /** @description Kept in lower case; unique whatever the case. */
            username: string;
            /** @description Trimmed; must hold something visible and no control or direction characters. */
            displayName?: string;
        };
        /** @description What a page of a signed-in browser holds; the browser itself holds the cookie. */
        BrowserSession: {
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            id: string;
            /**
             * @description A JWT: `Authorization: Bearer <accessToken>`.
             * @example eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl
             */
            accessToken: string;
            /**
             * @description Seconds the access token lasts.
             * @example 600
             */
            expiresIn: number;
        };
        /** @description A room as it is now, and what this entry changed of it. */
        ChangedRoom: {
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            id: string;
            /**
             * @example group
             * @enum {string}
             */
            kind: "direct" | "group" | "channel";
            name: string | null;
            /** @example Where to, and when? */
            topic: string;
            /**
             * @description What a new member of a group sees: everything, or what comes after her.
             * @enum {string}
             */
            history: "all" | "sinceJoin";
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            createdAt: string;
            /** @example null */
            archivedAt: string | null;
            /**
             * @description The seq of the entry that last changed this; of two copies the larger is newer.
             * @example 42
             */
            version: number;
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            by: string;
            changed: ("name" | "topic" | "archived" | "reopened")[] | null;
        };
        /** @description A public channel as anyone sees it. */
        Channel: {
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            id: string;
            /**
             * @example channel
             * @enum {string}
             */
            kind: "direct" | "group" | "channel";
            name: string | null;
            /** @example Where to, and when? */
            topic: string;
            /**
             * @description What a new member of a group sees: everything, or what comes after her.
             * @enum {string}
             */
            history: "all" | "sinceJoin";
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            createdAt: string;
            /** @example null */
            archivedAt: string | null;
            /**
             * @description The seq of the entry that last changed this; of two copies the larger is newer.
             * @example 42
             */
            version: number;
            /** @example 12 */
            memberCount: number;
            /** @description You are a member. */
            joined: boolean;
        };
        ChannelPage: {
            items: components["schemas"]["Channel"][];
            /** @example null */
            nextCursor: string | null;
        };
        CodeRequest: {
            /** @description Six digits of the authenticator, or a recovery code. */
            code: string;
        };
        Credentials: {
            /** @description Username or e-mail address. */
            login: string;
            password: string;
            /** @description Six digits of the authenticator, or a recovery code. */
            code?: string;
            /** @description How this session is called in the list of sessions; made from User-Agent if absent. */
            deviceName?: string;
        };
        /** @description A copy of all that this server knows of you, being made or ready. */
        DataExport: {
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            id: string;
            /** @enum {string} */
            state: "waiting" | "ready" | "failed";
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            requestedAt: string;
            /** @example null */
            readyAt: string | null;
            /**
             * Format: date-time
             * @description When it is removed.
             * @example 2026-11-22T12:00:00.000Z
             */
            expiresAt: string;
            /** @example null */
            bytes: number | null;
            /** @example null */
            url: string | null;
        };
        EmailChange: {
            /** Format: email */
            email: string;
            currentPassword?: string;
            /** @description Six digits of the authenticator, or a recovery code. */
            code?: string;
        };
        EmailProof: {
            /** @description From the link in the mail. */
            token: string;
        };
        EmailRequest: {
            /** Format: email */
            email: string;
        };
        /**
         * @description Stable: branch on it.
         * @enum {string}
         */
        ErrorCode: "invalid_request" | "invalid_seq" | "unauthenticated" | "forbidden" | "insufficient_scope" | "not_found" | "method_not_allowed" | "upgrade_required" | "user_not_found" | "room_not_found" | "message_not_found" | "member_not_found" | "export_not_found" | "client_id_conflict" | "direct_room_fixed" | "room_archived" | "room_limit" | "block_limit" | "last_owner" | "last_admin" | "payload_too_large" | "unsupported_media_type" | "direct_with_self" | "rate_limited" | "internal" | "overloaded" | "unavailable" | "outcome_unknown" | "weak_password" | "password_too_long" | "invalid_token" | "invalid_credentials" | "two_factor_required" | "invalid_code" | "invalid_refresh_token" | "invalid_passkey" | "invalid_sign_in" | "account_suspended" | "foreign_origin" | "sign_in_refused" | "passwords_off" | "registration_closed" | "invitation_required" | "invalid_invitation" | "email_not_allowed" | "session_not_found" | "invitation_not_found" | "token_not_found" | "passkey_not_found" | "provider_not_found" | "identity_not_found" | "username_taken" | "email_taken" | "identity_taken" | "last_way_in" | "token_limit" | "passkey_limit" | "passkey_taken" | "two_factor_on" | "two_factor_off" | "provider_unavailable";
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
                /** @description Where the fault is ours: names it in the server log. */
                requestId?: string;
            };
        };
        /** @description The first frame, within five seconds: who you are and what you have (S1). */
        HelloCommand: {
            /** @description The client's number for this command; the reply names it as `re`. */
            id: number;
            /** @constant */
            type: "hello";
            /** @description An access token. */
            token: string;
            /** @description Of the last ready. */
            epoch?: string;
            /** @description By room: the seq of the last entry you have. */
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
            data: {
                /**
                 * Format: uuid
                 * @description A UUID, in lower case.
                 */
                connectionId: string;
                /**
                 * Format: uuid
                 * @description A UUID, in lower case.
                 */
                sessionId: string;
            };
        };
        /** @description Who you are elsewhere, linked to your account. */
        Identity: {
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            id: string;
            /** @example https://login.example.org */
            issuer: string;
            provider: string | null;
            /**
             * @description What you are called there.
             * @example 248289761001
             */
            subject: string;
            email: string | null;
            displayName: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            lastUsedAt: string;
        };
        IdentityLink: {
            /** @description Of `listProviders`. */
            provider: string;
            /** @description Where to go on: a page of this server or of an origin in CORS_ORIGINS, `/` if absent; with `challenge` one of APP_URLS. */
            returnTo?: string;
            /** @description For native apps: base64url of the SHA-256 of a secret of your own (PKCE, S256). */
            challenge?: string;
            currentPassword?: string;
            /** @description Six digits of the authenticator, or a recovery code. */
            code?: string;
        };
        IdentityTicket: {
            /** @description What the address you returned to held: good once, for five minutes. */
            ticket: string;
            /** @description The secret that `challenge` was made of; in a browser the cookie is enough. */
            verifier?: string;
        };
        Invitation: {
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            id: string;
            /** @example the choir */
            note: string;
            createdBy: components["schemas"]["UserSummary"] | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            expiresAt: string;
            /** @example 40 */
            maxUses: number;
            /** @description How many people have come by it. */
            uses: number;
            /** @example null */
            revokedAt: string | null;
        };
        InvitationRequest: {
            /** @description Who it is for. */
            note?: string;
            /** @description How many people; 1 if absent. */
            maxUses?: number;
            /** @description A week if absent. */
            expiresInHours?: number;
        };
        /** @description A member as of her joining. */
        JoinedMember: {
            user: components["schemas"]["UserSummary"];
            /** @enum {string} */
            role: "owner" | "admin" | "member";
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            joinedAt: string;
            /**
             * @description A position in the room's log.
             * @example 2
             */
            joinedSeq: number;
            /**
             * @description The seq of the entry that last changed this; of two copies the larger is newer.
             * @example 2
             */
            version: number;
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            by: string;
        };
        /** @description The public keys of access tokens (RFC 7517). */
        Jwks: {
            keys: {
                /** @constant */
                kty: "OKP";
                /** @constant */
                crv: "Ed25519";
                /** @example 2026-11-22 */
                kid: string;
                x: string;
                /** @constant */
                alg: "EdDSA";
                /** @constant */
                use: "sig";
            }[];
        };
        KeptSession: {
            session: components["schemas"]["BrowserSession"];
        };
        /** @description Every room has reached at least its lastSeq of ready: what follows happens now. */
        LiveFrame: {
            /** @constant */
            type: "live";
        };
        LogEntry: components["schemas"]["MessageCreatedEvent"] | components["schemas"]["MessageEditedEvent"] | components["schemas"]["MessageDeletedEvent"] | components["schemas"]["MemberJoinedEvent"] | components["schemas"]["MemberUpdatedEvent"] | components["schemas"]["MemberLeftEvent"] | components["schemas"]["RoomUpdatedEvent"];
        LogPage: {
            /** @description By ascending seq, without holes. */
            items: components["schemas"]["LogEntry"][];
            /**
             * @description A position in the room's log.
             * @example 42
             */
            lastSeq: number;
            /** @example false */
            hasMore: boolean;
        };
        Member: {
            user: components["schemas"]["UserSummary"];
            /** @enum {string} */
            role: "owner" | "admin" | "member";
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            joinedAt: string;
            /**
             * @description A position in the room's log.
             * @example 2
             */
            joinedSeq: number;
            /**
             * @description The seq of the entry that last changed this; of two copies the larger is newer.
             * @example 2
             */
            version: number;
            /**
             * @description In rooms of at most 50 members.
             * @example 42
             */
            readSeq?: number;
        };
        /** @description Someone joined or was added. */
        MemberJoinedEvent: {
            /** @constant */
            type: "member.joined";
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            room: string;
            /**
             * @description A position in the room's log.
             * @example 42
             */
            seq: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
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
             * @description A UUID, in lower case.
             */
            room: string;
            /**
             * @description A position in the room's log.
             * @example 42
             */
            seq: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            at: string;
            data: {
                /**
                 * Format: uuid
                 * @description A UUID, in lower case.
                 */
                userId: string;
                /**
                 * Format: uuid
                 * @description A UUID, in lower case.
                 */
                by: string;
                /** @enum {string} */
                reason: "left" | "removed" | "deleted";
            };
        };
        MemberPage: {
            items: components["schemas"]["Member"][];
            /** @example null */
            nextCursor: string | null;
            /**
             * @description The room's last entry, in the snapshot of this answer.
             * @example 42
             */
            lastSeq: number;
        };
        MemberState: {
            user: components["schemas"]["UserSummary"];
            /** @enum {string} */
            role: "owner" | "admin" | "member";
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            joinedAt: string;
            /**
             * @description A position in the room's log.
             * @example 2
             */
            joinedSeq: number;
            /**
             * @description The seq of the entry that last changed this; of two copies the larger is newer.
             * @example 2
             */
            version: number;
            /**
             * @description The room's last entry, in the snapshot of this answer.
             * @example 42
             */
            lastSeq: number;
        };
        /** @description A member's role changed. */
        MemberUpdatedEvent: {
            /** @constant */
            type: "member.updated";
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            room: string;
            /**
             * @description A position in the room's log.
             * @example 42
             */
            seq: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            at: string;
            data: {
                user: components["schemas"]["UserSummary"];
                /** @enum {string} */
                role: "owner" | "admin" | "member";
                /**
                 * Format: uuid
                 * @description A UUID, in lower case.
                 */
                by: string;
            };
        };
        Message: {
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            roomId: string;
            /**
             * @description A position in the room's log.
             * @example 42
             */
            seq: number;
            /**
             * @description The seq of the entry that last changed this; of two copies the larger is newer.
             * @example 42
             */
            version: number;
            author: components["schemas"]["UserSummary"];
            /**
             * Format: uuid
             * @description A UUID, in lower case, made by the client once for each thing it makes: a repeat is never a second one.
             */
            clientId: string;
            text: string | null;
            /**
             * @description action: as /me writes it.
             * @enum {string}
             */
            style: "text" | "action";
            /** @example null */
            replyTo: number | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            createdAt: string;
            /** @example null */
            editedAt: string | null;
            /** @example null */
            deletedAt: string | null;
        };
        MessageChange: {
            /** @example hello */
            text: string;
        };
        /** @description A message was sent. Its content is as of the reading. */
        MessageCreatedEvent: {
            /** @constant */
            type: "message.created";
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            room: string;
            /**
             * @description A position in the room's log.
             * @example 42
             */
            seq: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            at: string;
            data: components["schemas"]["Message"];
        };
        /** @description Deletes your message, or anyone's as owner or admin of the room. */
        MessageDeleteCommand: {
            /** @description The client's number for this command; the reply names it as `re`. */
            id: number;
            /** @constant */
            type: "message.delete";
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            room: string;
            /**
             * @description A position in the room's log.
             * @example 42
             */
            seq: number;
        };
        /** @description The answer to message.delete. */
        MessageDeleteReply: {
            /** @description The client's number for this command; the reply names it as `re`. */
            re: number;
            /** @constant */
            ok: true;
            data: components["schemas"]["Message"];
        };
        /** @description A message was deleted: ids only, never its text. */
        MessageDeletedEvent: {
            /** @constant */
            type: "message.deleted";
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            room: string;
            /**
             * @description A position in the room's log.
             * @example 42
             */
            seq: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            at: string;
            data: {
                /**
                 * @description A position in the room's log.
                 * @example 42
                 */
                message: number;
                /**
                 * Format: uuid
                 * @description A UUID, in lower case.
                 */
                by: string;
            };
        };
        /** @description Replaces the text of your own message. */
        MessageEditCommand: {
            /** @description The client's number for this command; the reply names it as `re`. */
            id: number;
            /** @constant */
            type: "message.edit";
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            room: string;
            /**
             * @description A position in the room's log.
             * @example 42
             */
            seq: number;
            /** @example hello */
            text: string;
        };
        /** @description The answer to message.edit. */
        MessageEditReply: {
            /** @description The client's number for this command; the reply names it as `re`. */
            re: number;
            /** @constant */
            ok: true;
            data: components["schemas"]["Message"];
        };
        /** @description A message was edited; the whole message as it is now. Where it lies before your visibleFrom, its text is null: pass over it. */
        MessageEditedEvent: {
            /** @constant */
            type: "message.edited";
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            room: string;
            /**
             * @description A position in the room's log.
             * @example 42
             */
            seq: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            at: string;
            data: components["schemas"]["Message"];
        };
        MessagePage: {
            /** @description By ascending seq. */
            items: components["schemas"]["Message"][];
            /**
             * @description The room's last entry, in the snapshot of this answer.
             * @example 42
             */
            lastSeq: number;
            hasBefore: boolean;
            /** @example false */
            hasAfter: boolean;
        };
        /** @description Sends a message; the reply comes once it is stored. */
        MessageSendCommand: {
            /** @description The client's number for this command; the reply names it as `re`. */
            id: number;
            /** @constant */
            type: "message.send";
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            room: string;
            /**
             * Format: uuid
             * @description A UUID, in lower case, made by the client once for each thing it makes: a repeat is never a second one.
             */
            clientId: string;
            /** @example hello */
            text: string;
            replyTo?: number | null;
        };
        /** @description The answer to message.send. */
        MessageSendReply: {
            /** @description The client's number for this command; the reply names it as `re`. */
            re: number;
            /** @constant */
            ok: true;
            data: components["schemas"]["SentMessage"];
        };
        NewInvitation: {
            invitation: components["schemas"]["Invitation"];
            /**
             * @description Shown once: what people register with.
             * @example kPZ0bQW6b3lFhoIFlmSBVA3y4zaWA0bCekAhgaOKqEU
             */
            token: string;
        };
        NewMessage: {
            /**
             * Format: uuid
             * @description A UUID, in lower case, made by the client once for each thing it makes: a repeat is never a second one.
             */
            clientId: string;
            /** @example hello */
            text: string;
            replyTo?: number | null;
        };
        NewPasskey: {
            credential: components["schemas"]["PasskeyAttestation"];
            /** @description How you tell it from your others. */
            name: string;
        };
        NewPasswordProof: {
            /** @description From the link in the mail. */
            token: string;
            /** @description At least 8 characters and at most 72 bytes; common passwords are refused. */
            newPassword: string;
        };
        NewRoom: {
            /**
             * Format: uuid
             * @description A UUID, in lower case, made by the client once for each thing it makes: a repeat is never a second one.
             */
            clientId: string;
            /** @enum {string} */
            kind: "group" | "channel";
            name: string;
            topic?: string;
            /**
             * @description What a new member of a group sees: everything, or what comes after her.
             * @enum {string}
             */
            history?: "all" | "sinceJoin";
            memberIds?: string[];
        };
        NewToken: {
            info: components["schemas"]["PersonalToken"];
            /**
             * @description Shown once: `Authorization: Bearer <token>`.
             * @example parley_pat_kPZ0bQW6b3lFhoIFlmSBVA3y4zaWA0bCekAhgaOKqEU
             */
            token: string;
        };
        OpenIdRedirect: {
            /**
             * @description Send the browser there, within ten minutes.
             * @example https://login.example.org/authorize?client_id=parley&state=kPZ0bQW6b3lF
             */
            url: string;
        };
        OpenIdStart: {
            /** @description Where to go on: a page of this server or of an origin in CORS_ORIGINS, `/` if absent; with `challenge` one of APP_URLS. */
            returnTo?: string;
            /** @description For native apps: base64url of the SHA-256 of a secret of your own (PKCE, S256). */
            challenge?: string;
            /** @description How this session is called in the list of sessions; made from User-Agent if absent. */
            deviceName?: string;
            /** @description For a first time, where REGISTRATION is `invitation`. */
            invitation?: string;
        };
        OpenIdTicket: {
            /** @description What the address you returned to held: good once, for five minutes. */
            ticket: string;
            /** @description The secret that `challenge` was made of; in a browser the cookie is enough. */
            verifier?: string;
            /** @description Six digits of the authenticator, or a recovery code. */
            code?: string;
        };
        OwnTokenRequest: {
            /** @description What it is for. */
            name: string;
            scopes: ("people:read" | "people:write" | "rooms:read" | "rooms:write" | "messages:read" | "messages:write" | "admin:read" | "admin:write")[];
            /** @description It does not run out if absent. */
            expiresInDays?: number;
            currentPassword?: string;
        };
        /** @description A person as she sees herself. */
        OwnUser: {
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            id: string;
            /** @example ada */
            username: string;
            /** @example Ada Lovelace */
            displayName: string;
            /**
             * @description A picture of 256 pixels by 256, of 64 with `?size=64`; relative to this server, read without a token. A person without one is drawn from her name. The address changes with what it shows.
             * @example /v1/avatars/0192f0c1-7a5e-7c3b-9d2e-5f1a2b3c4d5e/93ed67ee70122a95
             */
            avatarUrl: string;
            /** @example Analyst and metaphysician */
            bio: string;
            /** @example computing */
            statusText: string;
            /**
             * @description When the status text ends: clients hide it then; answers leave it out.
             * @example null
             */
            statusTextUntil: string | null;
            /** @enum {string} */
            role: "user" | "admin";
            /**
             * @description An account of a program.
             * @example false
             */
            bot: boolean;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            updatedAt: string;
            /** @example null */
            timeZone: string | null;
            /** @example null */
            locale: string | null;
            /**
             * @description By the keys of `GET /v1/profile-fields`.
             * @example {}
             */
            fields: {
                [key: string]: string;
            };
            /**
             * @description Who may begin a direct room with you or add you to a room; `sharedRooms`: whoever is in a room with you. Rooms you are in stay as they are.
             * @enum {string}
             */
            reachableBy: "everyone" | "sharedRooms" | "nobody";
            /**
             * @description Who sees when you were last here; `contacts`: whoever shares a direct room with you.
             * @enum {string}
             */
            lastSeenTo: "everyone" | "contacts" | "nobody";
            email: string | null;
            emailVerified: boolean;
            /**
             * @description false for who came by a provider or a product; a reset by mail gives her one. Nobody signs in with it where `listProviders` says that passwords are not taken.
             * @example true
             */
            hasPassword: boolean;
            /** @enum {string} */
            status: "active" | "suspended";
        };
        Passkey: {
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            id: string;
            /** @example telephone */
            name: string;
            /** @description Its maker keeps a copy, for your other devices and for the day this one is lost. */
            backedUp: boolean;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            createdAt: string;
            /** @example null */
            lastUsedAt: string | null;
        };
        /** @description What `navigator.credentials.get` answered, by its `toJSON`. */
        PasskeyAssertion: {
            /** @example bnVtYmVyIG9uZSBvZiBmaXZl */
            id: string;
            /** @example bnVtYmVyIG9uZSBvZiBmaXZl */
            rawId: string;
            /** @constant */
            type: "public-key";
            authenticatorAttachment?: string | null;
            /** @example {} */
            clientExtensionResults?: {
                [key: string]: unknown;
            };
            response: {
                /** @example eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoidGV4dCJ9 */
                clientDataJSON: string;
                /** @example dGV4dA */
                authenticatorData: string;
                /** @example dGV4dA */
                signature: string;
                userHandle?: string | null;
            };
        };
        /** @description What `navigator.credentials.create` made, by its `toJSON`. */
        PasskeyAttestation: {
            /** @example bnVtYmVyIG9uZSBvZiBmaXZl */
            id: string;
            /** @example bnVtYmVyIG9uZSBvZiBmaXZl */
            rawId: string;
            /** @constant */
            type: "public-key";
            authenticatorAttachment?: string | null;
            /** @example {} */
            clientExtensionResults?: {
                [key: string]: unknown;
            };
            response: {
                /** @example eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoidGV4dCJ9 */
                clientDataJSON: string;
                /** @example dGV4dA */
                attestationObject: string;
                /**
                 * @example [
                 *       "internal",
                 *       "hybrid"
                 *     ]
                 */
                transports?: string[];
                /**
                 * @description Not read.
                 * @example dGV4dA
                 */
                authenticatorData?: string;
                /**
                 * @description Not read.
                 * @example dGV4dA
                 */
                publicKey?: string;
                /** @description Not read. */
                publicKeyAlgorithm?: number;
            };
        };
        PasskeyChange: {
            /** @description How you tell it from your others. */
            name: string;
        };
        /** @description For `navigator.credentials.create`, by `parseCreationOptionsFromJSON`. */
        PasskeyCreationOptions: {
            rp: {
                /** @example chat.example.org */
                id: string;
                /** @example chat.example.org */
                name: string;
            };
            user: {
                /** @example AZhVYx7wfQG8zrMCCZqAVw */
                id: string;
                /** @example ada */
                name: string;
                /** @example ada */
                displayName: string;
            };
            /** @example kPZ0bQW6b3lFhoIFlmSBVA3y4zaWA0bCekAhgaOKqEU */
            challenge: string;
            pubKeyCredParams: {
                /** @constant */
                type: "public-key";
                /**
                 * @description COSE.
                 * @example -7
                 */
                alg: number;
            }[];
            /**
             * @description Milliseconds the person has.
             * @example 300000
             */
            timeout: number;
            excludeCredentials: {
                /** @example bnVtYmVyIG9uZSBvZiBmaXZl */
                id: string;
                /** @constant */
                type: "public-key";
                /**
                 * @example [
                 *       "internal",
                 *       "hybrid"
                 *     ]
                 */
                transports: string[];
            }[];
            authenticatorSelection: {
                /** @constant */
                residentKey: "required";
                /** @constant */
                requireResidentKey: true;
                /** @constant */
                userVerification: "required";
            };
            /** @constant */
            attestation: "none";
        };
        PasskeyLogin: {
            credential: components["schemas"]["PasskeyAssertion"];
            /** @description How this session is called in the list of sessions; made from User-Agent if absent. */
            deviceName?: string;
        };
        PasskeyPage: {
            items: components["schemas"]["Passkey"][];
            /** @example null */
            nextCursor: string | null;
        };
        PasskeyProof: {
            currentPassword?: string;
            /** @description Six digits of the authenticator, or a recovery code. */
            code?: string;
        };
        /** @description For `navigator.credentials.get`, by `parseRequestOptionsFromJSON`. */
        PasskeyRequestOptions: {
            /** @example kPZ0bQW6b3lFhoIFlmSBVA3y4zaWA0bCekAhgaOKqEU */
            challenge: string;
            /** @example chat.example.org */
            rpId: string;
            /**
             * @description Milliseconds the person has.
             * @example 300000
             */
            timeout: number;
            /** @constant */
            userVerification: "required";
        };
        PasswordChange: {
            currentPassword: string;
            /** @description At least 8 characters and at most 72 bytes; common passwords are refused. */
            newPassword: string;
        };
        PasswordRequest: {
            currentPassword?: string;
        };
        PersonalToken: {
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            id: string;
            /** @example weather report */
            name: string;
            /**
             * @example [
             *       "rooms:read",
             *       "messages:write"
             *     ]
             */
            scopes: ("people:read" | "people:write" | "rooms:read" | "rooms:write" | "messages:read" | "messages:write" | "admin:read" | "admin:write")[];
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            createdAt: string;
            /** @example null */
            expiresAt: string | null;
            /** @example null */
            lastUsedAt: string | null;
        };
        /** @description The server is alive; no answer is needed. */
        PingFrame: {
            /** @constant */
            type: "ping";
        };
        /** @description Somebody you watch came or went. */
        PresenceFrame: {
            /** @constant */
            type: "presence";
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            userId: string;
            online: boolean;
        };
        /** @description Replaces whom this connection watches: the people on its screen. Their comings and goings follow as `presence` frames. People with a block in either direction are never online. */
        PresenceWatchCommand: {
            /** @description The client's number for this command; the reply names it as `re`. */
            id: number;
            /** @constant */
            type: "presence.watch";
            userIds: string[];
        };
        /** @description The answer to presence.watch. */
        PresenceWatchReply: {
            /** @description The client's number for this command; the reply names it as `re`. */
            re: number;
            /** @constant */
            ok: true;
            data: {
                /** @description Who of them is online now. */
                online: string[];
            };
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
        ProfileChange: {
            /** @description Trimmed; must hold something visible and no control or direction characters. */
            displayName?: string;
            bio?: string;
            statusText?: string;
            /** @description When the status text ends; a text without a time stays. */
            statusTextUntil?: string | null;
            timeZone?: string | null;
            locale?: string | null;
            /**
             * @description By the keys of `GET /v1/profile-fields`.
             * @example {}
             */
            fields?: {
                [key: string]: string;
            };
            /**
             * @description Who may begin a direct room with you or add you to a room; `sharedRooms`: whoever is in a room with you. Rooms you are in stay as they are.
             * @enum {string}
             */
            reachableBy?: "everyone" | "sharedRooms" | "nobody";
            /**
             * @description Who sees when you were last here; `contacts`: whoever shares a direct room with you.
             * @enum {string}
             */
            lastSeenTo?: "everyone" | "contacts" | "nobody";
        };
        ProfileField: {
            /** @example pronouns */
            key: string;
            /** @example Pronouns */
            label: string;
            /**
             * @description A url begins with http:// or https://.
             * @enum {string}
             */
            kind: "text" | "url";
            /**
             * @description In characters.
             * @example 40
             */
            maxLength: number;
        };
        ProfileFieldList: {
            items: components["schemas"]["ProfileField"][];
        };
        /** @description Somebody people of this server may sign in with (OpenID Connect). */
        Provider: {
            /** @example company-login */
            name: string;
            /**
             * @description For the button.
             * @example Example Login
             */
            label: string;
        };
        /** @description A person as everyone signed in sees her. */
        PublicUser: {
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            id: string;
            /** @example ada */
            username: string;
            /** @example Ada Lovelace */
            displayName: string;
            /**
             * @description A picture of 256 pixels by 256, of 64 with `?size=64`; relative to this server, read without a token. A person without one is drawn from her name. The address changes with what it shows.
             * @example /v1/avatars/0192f0c1-7a5e-7c3b-9d2e-5f1a2b3c4d5e/93ed67ee70122a95
             */
            avatarUrl: string;
            /** @example Analyst and metaphysician */
            bio: string;
            /** @example computing */
            statusText: string;
            /**
             * @description When the status text ends: clients hide it then; answers leave it out.
             * @example null
             */
            statusTextUntil: string | null;
            /** @enum {string} */
            role: "user" | "admin";
            /**
             * @description An account of a program.
             * @example false
             */
            bot: boolean;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            updatedAt: string;
        };
        ReadMark: {
            /**
             * @description A position in the room's log.
             * @example 39
             */
            readSeq: number;
            /** @example 3 */
            unread: number;
            /**
             * @description There are more than 100.
             * @example false
             */
            unreadMore: boolean;
        };
        ReadRequest: {
            /**
             * @description A position in the room's log.
             * @example 42
             */
            seq: number;
        };
        /** @description Moves your read marker forward. */
        ReadSetCommand: {
            /** @description The client's number for this command; the reply names it as `re`. */
            id: number;
            /** @constant */
            type: "read.set";
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            room: string;
            /**
             * @description A position in the room's log.
             * @example 42
             */
            seq: number;
        };
        /** @description The answer to read.set. */
        ReadSetReply: {
            /** @description The client's number for this command; the reply names it as `re`. */
            re: number;
            /** @constant */
            ok: true;
            data: components["schemas"]["ReadMark"];
        };
        /** @description Your read marker moved, on this or another device. */
        ReadUpdatedEvent: {
            /** @constant */
            type: "read.updated";
            userSeq: number;
            data: {
                /**
                 * Format: uuid
                 * @description A UUID, in lower case.
                 */
                room: string;
                /**
                 * @description A position in the room's log.
                 * @example 39
                 */
                readSeq: number;
                /** @example 3 */
                unread: number;
                /**
                 * @description There are more than 100.
                 * @example false
                 */
                unreadMore: boolean;
            };
        };
        Readiness: {
            /** @constant */
            status: "ready";
            /** @enum {string} */
            database: "ok" | "failed" | "unused";
            /** @enum {string} */
            redis: "ok" | "failed" | "unused";
        };
        /** @description Who you are and all your rooms, in one snapshot. May come again and replaces the one before. */
        ReadyFrame: {
            /** @constant */
            type: "ready";
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            connectionId: string;
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            sessionId: string;
            /** @example parley.v1 */
            protocol: string;
            /**
             * @description Names this history of the database; send it with hello.
             * @example 7428163047218291736-00000001
             */
            epoch: string;
            userSeq: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            serverTime: string;
            /** @example 25000 */
            heartbeatMs: number;
            limits: {
                /** @example 8000 */
                textLength: number;
                /** @example 1000 */
                rooms: number;
            };
            user: components["schemas"]["OwnUser"];
            /** @description Whom you block: fold their messages. */
            blocks: string[];
            rooms: components["schemas"]["Room"][];
        };
        /** @description Someone read up to here; in rooms of at most 50 members. */
        ReceiptFrame: {
            /** @constant */
            type: "receipt";
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            room: string;
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            userId: string;
            /**
             * @description A position in the room's log.
             * @example 42
             */
            seq: number;
        };
        /** @description The node is going down: connect again after this time; the socket closes with 4000. */
        ReconnectFrame: {
            /** @constant */
            type: "reconnect";
            afterMs: number;
        };
        RecoveryCodes: {
            recoveryCodes: string[];
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
            /** @description The token of an invitation, where REGISTRATION is `invitation`. */
            invitation?: string;
        };
        /** @description What you missed of this room is not replayed: throw it away, take it from ready, fetch again. */
        ResetFrame: {
            /** @constant */
            type: "reset";
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            room: string;
            /**
             * @description A position in the room's log.
             * @example 42
             */
            lastSeq: number;
        };
        RoleChange: {
            /** @enum {string} */
            role?: "owner" | "admin" | "member";
        };
        /** @description A room as one of its members sees it; `peer` is the other one of a direct room. */
        Room: {
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            id: string;
            /**
             * @example direct
             * @enum {string}
             */
            kind: "direct" | "group" | "channel";
            /** @example null */
            name: string | null;
            /** @example  */
            topic: string;
            /**
             * @description What a new member of a group sees: everything, or what comes after her.
             * @enum {string}
             */
            history: "all" | "sinceJoin";
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            createdAt: string;
            /** @example null */
            archivedAt: string | null;
            /**
             * @description The seq of the entry that last changed this; of two copies the larger is newer.
             * @example 42
             */
            version: number;
            /**
             * @example member
             * @enum {string}
             */
            role: "owner" | "admin" | "member";
            peer?: components["schemas"]["UserSummary"];
            /**
             * @description A position in the room's log.
             * @example 2
             */
            joinedSeq: number;
            /**
             * @description You see nothing before this entry.
             * @example 1
             */
            visibleFrom: number;
            /**
             * @description The room's last entry, in the snapshot of this answer.
             * @example 42
             */
            lastSeq: number;
            /**
             * @description A position in the room's log.
             * @example 39
             */
            readSeq: number;
            /** @example 3 */
            unread: number;
            /**
             * @description There are more than 100.
             * @example false
             */
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
        RoomChange: {
            name?: string;
            topic?: string;
            archived?: boolean;
        };
        /** @description You are no longer a member of this room; also the answer to a cursor of a room not in ready. */
        RoomGoneEvent: {
            /** @constant */
            type: "room.gone";
            userSeq: number;
            data: {
                /**
                 * Format: uuid
                 * @description A UUID, in lower case.
                 */
                room: string;
            };
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            room?: string;
        };
        RoomOrChannel: components["schemas"]["Room"] | components["schemas"]["Channel"];
        RoomPage: {
            items: components["schemas"]["Room"][];
            /** @example null */
            nextCursor: string | null;
        };
        /** @description Reads a part of the log: what fills a hole the client has seen. */
        RoomSyncCommand: {
            /** @description The client's number for this command; the reply names it as `re`. */
            id: number;
            /** @constant */
            type: "room.sync";
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            room: string;
            /**
             * @description A position in the room's log.
             * @example 42
             */
            after: number;
            limit?: number;
        };
        /** @description The answer to room.sync. */
        RoomSyncReply: {
            /** @description The client's number for this command; the reply names it as `re`. */
            re: number;
            /** @constant */
            ok: true;
            data: components["schemas"]["LogPage"];
        };
        /** @description Name, topic or archive state changed. */
        RoomUpdatedEvent: {
            /** @constant */
            type: "room.updated";
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            room: string;
            /**
             * @description A position in the room's log.
             * @example 42
             */
            seq: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            at: string;
            data: components["schemas"]["ChangedRoom"];
        };
        SentMessage: {
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            roomId: string;
            /**
             * @description A position in the room's log.
             * @example 42
             */
            seq: number;
            /**
             * @description The seq of the entry that last changed this; of two copies the larger is newer.
             * @example 42
             */
            version: number;
            author: components["schemas"]["UserSummary"];
            /**
             * Format: uuid
             * @description A UUID, in lower case, made by the client once for each thing it makes: a repeat is never a second one.
             */
            clientId: string;
            text: string | null;
            /**
             * @description action: as /me writes it.
             * @enum {string}
             */
            style: "text" | "action";
            /** @example null */
            replyTo: number | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            createdAt: string;
            /** @example null */
            editedAt: string | null;
            /** @example null */
            deletedAt: string | null;
            /**
             * @description This clientId was sent before: here is the original.
             * @example false
             */
            repeated: boolean;
        };
        /** @description A signed-in device. */
        Session: {
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            id: string;
            /** @example kitchen tablet */
            deviceName: string;
            /**
             * @description Where it was last refreshed from; empty where it lives by tokens of TRUSTED_ISSUER.
             * @example 192.0.2.1
             */
            address: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            lastUsedAt: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            expiresAt: string;
            /** @description It is the session of this request. */
            current: boolean;
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
             * @description A UUID, in lower case.
             */
            id: string;
            /**
             * @description A JWT: `Authorization: Bearer <accessToken>`.
             * @example eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl
             */
            accessToken: string;
            /**
             * @description Seconds the access token lasts.
             * @example 600
             */
            expiresIn: number;
            /**
             * @description Good for one refresh, which answers the next one.
             * @example kPZ0bQW6b3lFhoIFlmSBVA3y4zaWA0bCekAhgaOKqEU
             */
            refreshToken: string;
        };
        SignedIn: {
            user: components["schemas"]["OwnUser"];
            session: components["schemas"]["SessionGrant"];
        };
        TokenPage: {
            items: components["schemas"]["PersonalToken"][];
            /** @example null */
            nextCursor: string | null;
        };
        /** @description Replaces the access token by a newer one of the same session (S5). */
        TokenRenewCommand: {
            /** @description The client's number for this command; the reply names it as `re`. */
            id: number;
            /** @constant */
            type: "token.renew";
            /** @description An access token. */
            token: string;
        };
        /** @description The answer to token.renew. */
        TokenRenewReply: {
            /** @description The client's number for this command; the reply names it as `re`. */
            re: number;
            /** @constant */
            ok: true;
            data: {
                /**
                 * Format: date-time
                 * @description RFC 3339, UTC.
                 * @example 2026-11-22T12:00:00.000Z
                 */
                expiresAt: string;
            };
        };
        TokenRequest: {
            /** @description What it is for. */
            name: string;
            scopes: ("people:read" | "people:write" | "rooms:read" | "rooms:write" | "messages:read" | "messages:write" | "admin:read" | "admin:write")[];
            /** @description It does not run out if absent. */
            expiresInDays?: number;
        };
        TwoFactorEnd: {
            currentPassword?: string;
            /** @description Six digits of the authenticator, or a recovery code. */
            code: string;
        };
        TwoFactorSetup: {
            /** @example JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP */
            secret: string;
            /**
             * @description For a QR code.
             * @example otpauth://totp/chat.example.org:ada?secret=JBSWY3DPEHPK3PXP
             */
            uri: string;
        };
        TwoFactorStatus: {
            enabled: boolean;
            recoveryCodesLeft: number;
        };
        /** @description Someone is writing. */
        TypingFrame: {
            /** @constant */
            type: "typing";
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            room: string;
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            userId: string;
            /** @description It ends by itself after this. */
            expiresInMs: number;
        };
        /** @description Says that you are writing; send it again while you are, it ends by itself. */
        TypingSetCommand: {
            /** @description The client's number for this command; the reply names it as `re`. */
            id: number;
            /** @constant */
            type: "typing.set";
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            room: string;
        };
        /** @description The answer to typing.set. */
        TypingSetReply: {
            /** @description The client's number for this command; the reply names it as `re`. */
            re: number;
            /** @constant */
            ok: true;
            data: Record<string, never>;
        };
        /** @description A person's whole profile, as far as you may see it. */
        UserProfile: {
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            id: string;
            /** @example ada */
            username: string;
            /** @example Ada Lovelace */
            displayName: string;
            /**
             * @description A picture of 256 pixels by 256, of 64 with `?size=64`; relative to this server, read without a token. A person without one is drawn from her name. The address changes with what it shows.
             * @example /v1/avatars/0192f0c1-7a5e-7c3b-9d2e-5f1a2b3c4d5e/93ed67ee70122a95
             */
            avatarUrl: string;
            /** @example Analyst and metaphysician */
            bio: string;
            /** @example computing */
            statusText: string;
            /**
             * @description When the status text ends: clients hide it then; answers leave it out.
             * @example null
             */
            statusTextUntil: string | null;
            /** @enum {string} */
            role: "user" | "admin";
            /**
             * @description An account of a program.
             * @example false
             */
            bot: boolean;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC.
             * @example 2026-11-22T12:00:00.000Z
             */
            updatedAt: string;
            /** @example null */
            timeZone: string | null;
            /** @example null */
            locale: string | null;
            /**
             * @description By the keys of `GET /v1/profile-fields`.
             * @example {}
             */
            fields: {
                [key: string]: string;
            };
            /**
             * @description To a few minutes; null where she was never here or does not show it to you.
             * @example null
             */
            lastSeenAt: string | null;
        };
        /** @description How a person appears beside what she did. */
        UserSummary: {
            /**
             * Format: uuid
             * @description A UUID, in lower case.
             */
            id: string;
            /** @example ada */
            username: string;
            /** @example Ada Lovelace */
            displayName: string;
            /**
             * @description A picture of 256 pixels by 256, of 64 with `?size=64`; relative to this server, read without a token. A person without one is drawn from her name. The address changes with what it shows.
             * @example /v1/avatars/0192f0c1-7a5e-7c3b-9d2e-5f1a2b3c4d5e/93ed67ee70122a95
             */
            avatarUrl: string;
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
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `unavailable`: the server cannot reach what it needs; nothing was stored, try again. */
        unavailable: {
            headers: {
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `payload_too_large`: the request is larger than this server accepts. */
        payload_too_large: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `unsupported_media_type`: the body must be application/json. */
        unsupported_media_type: {
            headers: {
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
        /** @description Where what was made is, or where to go on. */
        Location: string;
        /** @description What is left of the limit, as `"name";r=<left>;t=<seconds to reset>`. */
        RateLimit: string;
        /** @description The limit, as `"name";q=<quota>;w=<window in seconds>`. */
        RateLimitPolicy: string;
        /** @description How many seconds to wait. */
        RetryAfter: string;
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
            /** @description You, signed in. */
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
            /** @description A mail says the rest. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `weak_password`: the password is too common; choose another one.
             *
             *     `password_too_long`: a password has at most 72 bytes.
             *
             *     `invalid_request`: the request does not match its description.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `passwords_off`: this server takes no passwords; sign in with a provider or a passkey.
             *
             *     `registration_closed`: this server does not accept new accounts.
             *
             *     `invitation_required`: this server accepts new accounts by invitation only.
             *
             *     `invalid_invitation`: the invitation is unknown, over, used up or taken back.
             *
             *     `email_not_allowed`: this server accepts addresses of certain domains only.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `username_taken`: this username belongs to someone else.
             *
             *     `email_taken`: this e-mail address belongs to another account.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            /**
             * @description `overloaded`: the server has too much to do; nothing was stored, try again.
             *
             *     `unavailable`: the server cannot reach what it needs; nothing was stored, try again.
             */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmRegistration: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmailProof"];
            };
        };
        responses: {
            /** @description The account is there. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `invalid_token`: the token is unknown, expired or already used.
             *
             *     `invalid_request`: the request does not match its description.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `passwords_off`: this server takes no passwords; sign in with a provider or a passkey. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `username_taken`: this username belongs to someone else.
             *
             *     `email_taken`: this e-mail address belongs to another account.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    logIn: {
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
            /** @description You, signed in. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `invalid_credentials`: the login or the password is wrong.
             *
             *     `two_factor_required`: this account asks for a code of the authenticator too, or a recovery code.
             *
             *     `invalid_code`: the code is wrong, over or already used.
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `passwords_off`: this server takes no passwords; sign in with a provider or a passkey.
             *
             *     `account_suspended`: this account is suspended.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            /**
             * @description `overloaded`: the server has too much to do; nothing was stored, try again.
             *
             *     `unavailable`: the server cannot reach what it needs; nothing was stored, try again.
             */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    refreshSession: {
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
            /** @description The session goes on. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_refresh_token`: the refresh token is unknown, expired or already used. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    readSigningKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A JSON Web Key Set. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Jwks"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
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
    listSessions: {
        parameters: {
            query?: {
                /** @description At most so many; 50 if absent. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your sessions. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Session"][];
                        /** @example null */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
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
    endOtherSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    logOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                sessionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session_not_found`: you have no such session. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description Changed. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `weak_password`: the password is too common; choose another one.
             *
             *     `password_too_long`: a password has at most 72 bytes.
             *
             *     `invalid_request`: the request does not match its description.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `invalid_credentials`: the login or the password is wrong.
             *
             *     `unauthenticated`: the access token is missing, expired or no longer valid.
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `passwords_off`: this server takes no passwords; sign in with a provider or a passkey.
             *
             *     `insufficient_scope`: the personal access token was not made for this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            /**
             * @description `overloaded`: the server has too much to do; nothing was stored, try again.
             *
             *     `unavailable`: the server cannot reach what it needs; nothing was stored, try again.
             */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    keepSessionInCookie: {
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
            /** @description The session goes on. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeptSession"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_refresh_token`: the refresh token is unknown, expired or already used. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign_origin`: the request does not come from a page of this server, nor of an origin it lists. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    endBrowserSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign_origin`: the request does not come from a page of this server, nor of an origin it lists. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    refreshBrowserSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session goes on. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeptSession"];
                };
            };
            /** @description There is no cookie: nobody is signed in. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_refresh_token`: the refresh token is unknown, expired or already used. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign_origin`: the request does not come from a page of this server, nor of an origin it lists. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    requestEmailVerification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A mail is on its way. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    confirmEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmailProof"];
            };
        };
        responses: {
            /** @description Confirmed. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `invalid_token`: the token is unknown, expired or already used.
             *
             *     `invalid_request`: the request does not match its description.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `email_taken`: this e-mail address belongs to another account. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    changeEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmailChange"];
            };
        };
        responses: {
            /** @description A mail is on its way. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `invalid_credentials`: the login or the password is wrong.
             *
             *     `two_factor_required`: this account asks for a code of the authenticator too, or a recovery code.
             *
             *     `invalid_code`: the code is wrong, over or already used.
             *
             *     `unauthenticated`: the access token is missing, expired or no longer valid.
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `email_not_allowed`: this server accepts addresses of certain domains only.
             *
             *     `insufficient_scope`: the personal access token was not made for this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            /**
             * @description `overloaded`: the server has too much to do; nothing was stored, try again.
             *
             *     `unavailable`: the server cannot reach what it needs; nothing was stored, try again.
             */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    requestPasswordReset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmailRequest"];
            };
        };
        responses: {
            /** @description Where the address is known, a mail is on its way. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `passwords_off`: this server takes no passwords; sign in with a provider or a passkey. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPasswordProof"];
            };
        };
        responses: {
            /** @description Changed; sign in with it. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `invalid_token`: the token is unknown, expired or already used.
             *
             *     `weak_password`: the password is too common; choose another one.
             *
             *     `password_too_long`: a password has at most 72 bytes.
             *
             *     `invalid_request`: the request does not match its description.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `passwords_off`: this server takes no passwords; sign in with a provider or a passkey. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            /**
             * @description `overloaded`: the server has too much to do; nothing was stored, try again.
             *
             *     `unavailable`: the server cannot reach what it needs; nothing was stored, try again.
             */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listInvitations: {
        parameters: {
            query?: {
                /** @description At most so many; 50 if absent. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Invitations. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Invitation"][];
                        /** @example null */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `insufficient_scope`: the personal access token was not made for this.
             *
             *     `forbidden`: you are not permitted to do this.
             */
            403: {
                headers: {
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
    createInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["InvitationRequest"];
            };
        };
        responses: {
            /** @description The invitation. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewInvitation"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `insufficient_scope`: the personal access token was not made for this.
             *
             *     `forbidden`: you are not permitted to do this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    readInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                invitationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The invitation. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invitation"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `insufficient_scope`: the personal access token was not made for this.
             *
             *     `forbidden`: you are not permitted to do this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invitation_not_found`: there is no such invitation. */
            404: {
                headers: {
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
    revokeInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                invitationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Taken back. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `insufficient_scope`: the personal access token was not made for this.
             *
             *     `forbidden`: you are not permitted to do this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invitation_not_found`: there is no such invitation. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    listTokens: {
        parameters: {
            query?: {
                /** @description At most so many; 50 if absent. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your tokens. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenPage"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
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
    createToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OwnTokenRequest"];
            };
        };
        responses: {
            /** @description The token. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewToken"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `invalid_credentials`: the login or the password is wrong.
             *
             *     `unauthenticated`: the access token is missing, expired or no longer valid.
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `user_not_found`: there is no such user. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_limit`: an account has at most 50 tokens; end one first. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            /**
             * @description `overloaded`: the server has too much to do; nothing was stored, try again.
             *
             *     `unavailable`: the server cannot reach what it needs; nothing was stored, try again.
             */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                tokenId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_not_found`: there is no such token. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    createBot: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BotRequest"];
            };
        };
        responses: {
            /** @description The bot. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicUser"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `insufficient_scope`: the personal access token was not made for this.
             *
             *     `forbidden`: you are not permitted to do this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `username_taken`: this username belongs to someone else. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    listBotTokens: {
        parameters: {
            query?: {
                /** @description At most so many; 50 if absent. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its tokens. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenPage"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `insufficient_scope`: the personal access token was not made for this.
             *
             *     `forbidden`: you are not permitted to do this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `user_not_found`: there is no such user. */
            404: {
                headers: {
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
    createBotToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenRequest"];
            };
        };
        responses: {
            /** @description The token. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewToken"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `insufficient_scope`: the personal access token was not made for this.
             *
             *     `forbidden`: you are not permitted to do this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `user_not_found`: there is no such user. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token_limit`: an account has at most 50 tokens; end one first. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    revokeBotToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                userId: string;
                /** @description A UUID, in lower case. */
                tokenId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `insufficient_scope`: the personal access token was not made for this.
             *
             *     `forbidden`: you are not permitted to do this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `user_not_found`: there is no such user.
             *
             *     `token_not_found`: there is no such token.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    readTwoFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How it is. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TwoFactorStatus"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
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
    beginTwoFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordRequest"];
            };
        };
        responses: {
            /** @description For the authenticator. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TwoFactorSetup"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `invalid_credentials`: the login or the password is wrong.
             *
             *     `unauthenticated`: the access token is missing, expired or no longer valid.
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `two_factor_on`: an authenticator is set up already; turn it off first. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            /**
             * @description `overloaded`: the server has too much to do; nothing was stored, try again.
             *
             *     `unavailable`: the server cannot reach what it needs; nothing was stored, try again.
             */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmTwoFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CodeRequest"];
            };
        };
        responses: {
            /** @description It is on. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `invalid_code`: the code is wrong, over or already used.
             *
             *     `unauthenticated`: the access token is missing, expired or no longer valid.
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `two_factor_on`: an authenticator is set up already; turn it off first.
             *
             *     `two_factor_off`: no authenticator is set up.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    renewRecoveryCodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CodeRequest"];
            };
        };
        responses: {
            /** @description Ten codes, shown once. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `invalid_code`: the code is wrong, over or already used.
             *
             *     `unauthenticated`: the access token is missing, expired or no longer valid.
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `two_factor_off`: no authenticator is set up. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    disableTwoFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TwoFactorEnd"];
            };
        };
        responses: {
            /** @description It is off. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `invalid_credentials`: the login or the password is wrong.
             *
             *     `invalid_code`: the code is wrong, over or already used.
             *
             *     `unauthenticated`: the access token is missing, expired or no longer valid.
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `two_factor_off`: no authenticator is set up. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            /**
             * @description `overloaded`: the server has too much to do; nothing was stored, try again.
             *
             *     `unavailable`: the server cannot reach what it needs; nothing was stored, try again.
             */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyProof"];
            };
        };
        responses: {
            /** @description For the browser. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyCreationOptions"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `invalid_credentials`: the login or the password is wrong.
             *
             *     `two_factor_required`: this account asks for a code of the authenticator too, or a recovery code.
             *
             *     `invalid_code`: the code is wrong, over or already used.
             *
             *     `unauthenticated`: the access token is missing, expired or no longer valid.
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            /**
             * @description `overloaded`: the server has too much to do; nothing was stored, try again.
             *
             *     `unavailable`: the server cannot reach what it needs; nothing was stored, try again.
             */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPasskeys: {
        parameters: {
            query?: {
                /** @description At most so many; 50 if absent. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your passkeys. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyPage"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
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
    addPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPasskey"];
            };
        };
        responses: {
            /** @description Your passkey. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Passkey"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `invalid_passkey`: the passkey is unknown here, or its answer does not fit what was asked.
             *
             *     `unauthenticated`: the access token is missing, expired or no longer valid.
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `passkey_limit`: an account has at most 20 passkeys; remove one first.
             *
             *     `passkey_taken`: this passkey is registered already.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    removePasskey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                passkeyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `passkey_not_found`: you have no such passkey. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `last_way_in`: it is the last way to sign in to this account; set up another one first. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    renamePasskey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                passkeyId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyChange"];
            };
        };
        responses: {
            /** @description Your passkey. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Passkey"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `passkey_not_found`: you have no such passkey. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    beginPasskeyLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description For the browser. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyRequestOptions"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    logInWithPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyLogin"];
            };
        };
        responses: {
            /** @description You, signed in. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_passkey`: the passkey is unknown here, or its answer does not fit what was asked. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account_suspended`: this account is suspended. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    listProviders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Providers. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Provider"][];
                        /**
                         * @description Whether passwords sign in here too.
                         * @example true
                         */
                        passwords: boolean;
                    };
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
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
    beginSignIn: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Of `listProviders`. */
                provider: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OpenIdStart"];
            };
        };
        responses: {
            /** @description Where to go. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenIdRedirect"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `provider_not_found`: this server knows no provider of that name. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            /** @description `provider_unavailable`: the provider does not answer as it should; try again later, or sign in another way. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: components["responses"]["unavailable"];
        };
    };
    finishSignIn: {
        parameters: {
            query?: {
                /** @description As it was sent. */
                state?: string;
                /** @description For this server. */
                code?: string;
                /** @description Why there is no code. */
                error?: string;
                /** @description Who answers (RFC 9207). */
                iss?: string;
            };
            header?: never;
            path: {
                /** @description Of `listProviders`. */
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description On to where the sign-in was begun. */
            303: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_sign_in`: this sign-in is over or already used, or what the provider says does not fit it; begin again. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `sign_in_refused`: the provider refused, or the sign-in was cancelled there.
             *
             *     `account_suspended`: this account is suspended.
             *
             *     `registration_closed`: this server does not accept new accounts.
             *
             *     `invitation_required`: this server accepts new accounts by invitation only.
             *
             *     `invalid_invitation`: the invitation is unknown, over, used up or taken back.
             *
             *     `email_not_allowed`: this server accepts addresses of certain domains only.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `provider_not_found`: this server knows no provider of that name. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `identity_taken`: this identity is linked to another account.
             *
             *     `email_taken`: this e-mail address belongs to another account.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            /** @description `provider_unavailable`: the provider does not answer as it should; try again later, or sign in another way. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            503: components["responses"]["unavailable"];
        };
    };
    redeemSignIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OpenIdTicket"];
            };
        };
        responses: {
            /** @description You, signed in. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `invalid_sign_in`: this sign-in is over or already used, or what the provider says does not fit it; begin again.
             *
             *     `two_factor_required`: this account asks for a code of the authenticator too, or a recovery code.
             *
             *     `invalid_code`: the code is wrong, over or already used.
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `account_suspended`: this account is suspended.
             *
             *     `registration_closed`: this server does not accept new accounts.
             *
             *     `invitation_required`: this server accepts new accounts by invitation only.
             *
             *     `invalid_invitation`: the invitation is unknown, over, used up or taken back.
             *
             *     `email_not_allowed`: this server accepts addresses of certain domains only.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `provider_not_found`: this server knows no provider of that name. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `email_taken`: this e-mail address belongs to another account. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    listIdentities: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Yours. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Identity"][];
                    };
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
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
    beginLink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IdentityLink"];
            };
        };
        responses: {
            /** @description Where to go. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenIdRedirect"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `invalid_credentials`: the login or the password is wrong.
             *
             *     `two_factor_required`: this account asks for a code of the authenticator too, or a recovery code.
             *
             *     `invalid_code`: the code is wrong, over or already used.
             *
             *     `unauthenticated`: the access token is missing, expired or no longer valid.
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `provider_not_found`: this server knows no provider of that name. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            /** @description `provider_unavailable`: the provider does not answer as it should; try again later, or sign in another way. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `overloaded`: the server has too much to do; nothing was stored, try again.
             *
             *     `unavailable`: the server cannot reach what it needs; nothing was stored, try again.
             */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unlinkIdentity: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                identityId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Unlinked. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `forbidden`: you are not permitted to do this.
             *
             *     `insufficient_scope`: the personal access token was not made for this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `identity_not_found`: your account is linked to no such identity. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `last_way_in`: it is the last way to sign in to this account; set up another one first. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    confirmLink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IdentityTicket"];
            };
        };
        responses: {
            /** @description Linked. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Identity"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `invalid_sign_in`: this sign-in is over or already used, or what the provider says does not fit it; begin again.
             *
             *     `unauthenticated`: the access token is missing, expired or no longer valid.
             */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `identity_taken`: this identity is linked to another account. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    readOwnProfile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description You. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
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
    deleteOwnAccount: {
        parameters: {
            query?: {
                /** @description Your messages; kept if absent. */
                texts?: "keep" | "erase";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `last_admin`: this is the last administrator of the server. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    changeOwnProfile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProfileChange"];
            };
        };
        responses: {
            /** @description You, as changed. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    searchUsers: {
        parameters: {
            query: {
                /** @description At most so many; 50 if absent. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description In any script. */
                q: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description People. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["PublicUser"][];
                        /** @example null */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
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
    readUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The person. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserProfile"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `user_not_found`: there is no such user. */
            404: {
                headers: {
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
    changeOwnAvatar: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /**
                     * Format: binary
                     * @description JPEG, PNG, WebP or GIF, up to 5 MB and 25 million pixels.
                     */
                    file: Blob;
                };
            };
        };
        responses: {
            /** @description You, as changed. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            /**
             * @description `unavailable`: the server cannot reach what it needs; nothing was stored, try again.
             *
             *     `overloaded`: the server has too much to do; nothing was stored, try again.
             */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeOwnAvatar: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    removeAvatarOf: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `insufficient_scope`: the personal access token was not made for this.
             *
             *     `forbidden`: you are not permitted to do this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `user_not_found`: there is no such user. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    listProfileFields: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Fields. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProfileFieldList"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
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
    replaceProfileFields: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProfileFieldList"];
            };
        };
        responses: {
            /** @description The fields, as they are now. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProfileFieldList"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `insufficient_scope`: the personal access token was not made for this.
             *
             *     `forbidden`: you are not permitted to do this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    listBlocks: {
        parameters: {
            query?: {
                /** @description At most so many; 50 if absent. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By username. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Block"][];
                        /** @example null */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
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
    blockUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Blocked. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `user_not_found`: there is no such user. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `block_limit`: a person can block at most 1,000 others. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    unblockUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Not blocked. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    listAccounts: {
        parameters: {
            query?: {
                /** @description At most so many; 50 if absent. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Part of a name, or the beginning of an e-mail address. */
                q?: string;
                status?: "active" | "suspended";
                role?: "user" | "admin";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accounts. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AdminUser"][];
                        /** @example null */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `insufficient_scope`: the personal access token was not made for this.
             *
             *     `forbidden`: you are not permitted to do this.
             */
            403: {
                headers: {
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
    deleteAccount: {
        parameters: {
            query?: {
                /** @description Her messages; kept if absent. */
                texts?: "keep" | "erase";
            };
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `insufficient_scope`: the personal access token was not made for this.
             *
             *     `forbidden`: you are not permitted to do this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `user_not_found`: there is no such user. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    changeAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccountChange"];
            };
        };
        responses: {
            /** @description The account, as changed. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdminUser"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `insufficient_scope`: the personal access token was not made for this.
             *
             *     `forbidden`: you are not permitted to do this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `user_not_found`: there is no such user. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `last_admin`: this is the last administrator of the server. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    endSessionsOf: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `insufficient_scope`: the personal access token was not made for this.
             *
             *     `forbidden`: you are not permitted to do this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `user_not_found`: there is no such user. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    resetTwoFactorOf: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Off. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `insufficient_scope`: the personal access token was not made for this.
             *
             *     `forbidden`: you are not permitted to do this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `user_not_found`: there is no such user. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    removePasskeysOf: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `insufficient_scope`: the personal access token was not made for this.
             *
             *     `forbidden`: you are not permitted to do this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `user_not_found`: there is no such user. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /** @description At most so many; 50 if absent. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                action?: string;
                /** @description A UUID, in lower case. */
                actorId?: string;
                /** @description A UUID, in lower case. */
                subjectId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Entries. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AuditEntry"][];
                        /** @example null */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `insufficient_scope`: the personal access token was not made for this.
             *
             *     `forbidden`: you are not permitted to do this.
             */
            403: {
                headers: {
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
    listRooms: {
        parameters: {
            query?: {
                /** @description At most so many; 50 if absent. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of rooms. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoomPage"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
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
    createRoom: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRoom"];
            };
        };
        responses: {
            /** @description It was there already. */
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
            /** @description It is there now. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Room"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `forbidden`: you are not permitted to do this.
             *
             *     `insufficient_scope`: the personal access token was not made for this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `user_not_found`: there is no such user.
             *
             *     `room_not_found`: there is no such room, or you are not a member of it.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `client_id_conflict`: this clientId was used for another content.
             *
             *     `room_limit`: a person can be a member of at most 1,000 rooms.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    openDirectRoom: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was there already. */
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
            /** @description It is there now. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Room"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `forbidden`: you are not permitted to do this.
             *
             *     `insufficient_scope`: the personal access token was not made for this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `user_not_found`: there is no such user. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `room_limit`: a person can be a member of at most 1,000 rooms. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            /** @description `direct_with_self`: a direct room needs another person. */
            422: {
                headers: {
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
                /** @description A UUID, in lower case. */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The room. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoomOrChannel"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `room_not_found`: there is no such room, or you are not a member of it. */
            404: {
                headers: {
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
    changeRoom: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoomChange"];
            };
        };
        responses: {
            /** @description The room as it is now. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `forbidden`: you are not permitted to do this.
             *
             *     `insufficient_scope`: the personal access token was not made for this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `room_not_found`: there is no such room, or you are not a member of it. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `direct_room_fixed`: a direct room has two fixed members and no name.
             *
             *     `room_archived`: the room is archived; everyone reads and nobody writes.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    joinChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description You are a member. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `room_not_found`: there is no such room, or you are not a member of it. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `direct_room_fixed`: a direct room has two fixed members and no name.
             *
             *     `room_archived`: the room is archived; everyone reads and nobody writes.
             *
             *     `room_limit`: a person can be a member of at most 1,000 rooms.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    listChannels: {
        parameters: {
            query?: {
                q?: string;
                /** @description At most so many; 50 if absent. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of channels. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelPage"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
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
    listMembers: {
        parameters: {
            query?: {
                /** @description At most so many; 50 if absent. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of members. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberPage"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `forbidden`: you are not permitted to do this.
             *
             *     `insufficient_scope`: the personal access token was not made for this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `room_not_found`: there is no such room, or you are not a member of it. */
            404: {
                headers: {
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
    putMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                roomId: string;
                /** @description A UUID, in lower case. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RoleChange"];
            };
        };
        responses: {
            /** @description A member, with this role. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberState"];
                };
            };
            /** @description Added. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberState"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `forbidden`: you are not permitted to do this.
             *
             *     `insufficient_scope`: the personal access token was not made for this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `room_not_found`: there is no such room, or you are not a member of it.
             *
             *     `user_not_found`: there is no such user.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `direct_room_fixed`: a direct room has two fixed members and no name.
             *
             *     `room_archived`: the room is archived; everyone reads and nobody writes.
             *
             *     `last_owner`: a room keeps one owner; make someone else owner first.
             *
             *     `room_limit`: a person can be a member of at most 1,000 rooms.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    removeMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                roomId: string;
                /** @description A person, or `me`. */
                userId: string | "me";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Not a member any more. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `forbidden`: you are not permitted to do this.
             *
             *     `insufficient_scope`: the personal access token was not made for this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `room_not_found`: there is no such room, or you are not a member of it.
             *
             *     `member_not_found`: this person is not a member of the room.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `direct_room_fixed`: a direct room has two fixed members and no name.
             *
             *     `room_archived`: the room is archived; everyone reads and nobody writes.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    listMessages: {
        parameters: {
            query?: {
                /** @description A position in the room's log. */
                before?: number;
                /** @description A position in the room's log. */
                after?: number;
                /** @description A position in the room's log. */
                around?: number;
                /** @description At most so many; 50 if absent. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of messages. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessagePage"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `forbidden`: you are not permitted to do this.
             *
             *     `insufficient_scope`: the personal access token was not made for this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `room_not_found`: there is no such room, or you are not a member of it. */
            404: {
                headers: {
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
    sendMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewMessage"];
            };
        };
        responses: {
            /** @description It was stored before. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SentMessage"];
                };
            };
            /** @description Stored. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SentMessage"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `forbidden`: you are not permitted to do this.
             *
             *     `insufficient_scope`: the personal access token was not made for this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `room_not_found`: there is no such room, or you are not a member of it.
             *
             *     `message_not_found`: there is no such message in this room.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `client_id_conflict`: this clientId was used for another content.
             *
             *     `room_archived`: the room is archived; everyone reads and nobody writes.
             */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            /**
             * @description `overloaded`: the server has too much to do; nothing was stored, try again.
             *
             *     `outcome_unknown`: the answer of the database was lost; repeat the request, the same clientId will tell.
             *
             *     `unavailable`: the server cannot reach what it needs; nothing was stored, try again.
             */
            503: {
                headers: {
                    "Retry-After": components["headers"]["RetryAfter"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                roomId: string;
                /** @description A position in the room's log. */
                seq: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `forbidden`: you are not permitted to do this.
             *
             *     `insufficient_scope`: the personal access token was not made for this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `room_not_found`: there is no such room, or you are not a member of it.
             *
             *     `message_not_found`: there is no such message in this room.
             */
            404: {
                headers: {
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
    deleteMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                roomId: string;
                /** @description A position in the room's log. */
                seq: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is left of the message. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `forbidden`: you are not permitted to do this.
             *
             *     `insufficient_scope`: the personal access token was not made for this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `room_not_found`: there is no such room, or you are not a member of it.
             *
             *     `message_not_found`: there is no such message in this room.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `room_archived`: the room is archived; everyone reads and nobody writes. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    editMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                roomId: string;
                /** @description A position in the room's log. */
                seq: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MessageChange"];
            };
        };
        responses: {
            /** @description The message as it is now. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `forbidden`: you are not permitted to do this.
             *
             *     `insufficient_scope`: the personal access token was not made for this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `room_not_found`: there is no such room, or you are not a member of it.
             *
             *     `message_not_found`: there is no such message in this room.
             */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `room_archived`: the room is archived; everyone reads and nobody writes. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    setReadMarker: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReadRequest"];
            };
        };
        responses: {
            /** @description Where it is now. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadMark"];
                };
            };
            /**
             * @description `invalid_seq`: the room has no entry with that number yet.
             *
             *     `invalid_request`: the request does not match its description.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `forbidden`: you are not permitted to do this.
             *
             *     `insufficient_scope`: the personal access token was not made for this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `room_not_found`: there is no such room, or you are not a member of it. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    readLog: {
        parameters: {
            query?: {
                /** @description A position in the room's log. */
                after?: number;
                /** @description At most so many; 50 if absent. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description A UUID, in lower case. */
                roomId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A part of the log. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogPage"];
                };
            };
            /**
             * @description `invalid_seq`: the room has no entry with that number yet.
             *
             *     `invalid_request`: the request does not match its description.
             */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `forbidden`: you are not permitted to do this.
             *
             *     `insufficient_scope`: the personal access token was not made for this.
             */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `room_not_found`: there is no such room, or you are not a member of it. */
            404: {
                headers: {
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
    readExport: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The export. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DataExport"];
                };
            };
            /** @description There is none: not asked for, or over. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
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
    requestExport: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Being written, or ready. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DataExport"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: the access token is missing, expired or no longer valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_scope`: the personal access token was not made for this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["payload_too_large"];
            415: components["responses"]["unsupported_media_type"];
            429: components["responses"]["rate_limited"];
            500: components["responses"]["internal"];
            503: components["responses"]["unavailable"];
        };
    };
    checkHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alive"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
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
    checkReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It can. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description `invalid_request`: the request does not match its description. */
            400: {
                headers: {
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
