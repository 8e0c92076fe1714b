/** The settings about passwords, and about who else says who people are; a part of the table of settings.ts. */
import { usualClaims } from './auth/identity-claims.ts'
import type { ClaimNames } from './auth/identity-claims.ts'
import { onOff, text } from './config-values.ts'
import { setting } from './setting.ts'
import type { Setting } from './setting.ts'
import { appUrls, claimNames, httpUrl, providerNames, signatureList } from './sign-in-values.ts'

export const signInSettings = {
  passwords: setting({
    name: 'PASSWORDS',
    about:
      'Whether people sign in with passwords. off leaves providers, TRUSTED_ISSUER and passkeys, and ' +
      'needs one of the first two: people link a provider before you turn it off.',
    fallback: true,
    fallbackText: 'on',
    parse: onOff,
  }),
  oidcProviders: setting<readonly string[]>({
    name: 'OIDC_PROVIDERS',
    about:
      'Providers people may sign in with (OpenID Connect): names you choose, comma separated, each ' +
      'with settings of its own below. Register PUBLIC_URL/v1/auth/openid/<name>/callback there.',
    fallback: [],
    fallbackText: 'none',
    example: 'google,company-login',
    parse: providerNames,
  }),
  appUrls: setting<readonly string[]>({
    name: 'APP_URLS',
    about: 'Where sign-ins with a provider may return to in native apps, comma separated.',
    fallback: [],
    fallbackText: 'none',
    example: 'org.example.app:/signed-in,http://127.0.0.1/signed-in',
    parse: appUrls,
  }),
  trustedIssuer: setting<string | undefined>({
    name: 'TRUSTED_ISSUER',
    about:
      'Whose access tokens are taken beside our own, `iss` to the letter: your product brings its ' +
      'users along (docs/embedding.md). Who comes with one for the first time gets an account, ' +
      'whatever REGISTRATION says.',
    fallback: undefined,
    fallbackText: 'nobody else',
    example: 'https://app.example.org',
    parse: text,
  }),
  trustedAudience: setting<string | undefined>({
    name: 'TRUSTED_AUDIENCE',
    about: 'The `aud` that tokens of TRUSTED_ISSUER are made for; needed with it.',
    fallback: undefined,
    fallbackText: 'none',
    example: 'parley',
    parse: text,
  }),
  trustedJwksUrl: setting<string | undefined>({
    name: 'TRUSTED_JWKS_URL',
    about:
      'Where TRUSTED_ISSUER shows its public keys; over https, or http inside a network of your own.',
    fallback: undefined,
    fallbackText: 'found by TRUSTED_ISSUER/.well-known/openid-configuration',
    example: 'https://app.example.org/.well-known/jwks.json',
    parse: httpUrl,
  }),
  trustedAlgorithms: setting<readonly string[]>({
    name: 'TRUSTED_ALGORITHMS',
    about: 'What tokens of TRUSTED_ISSUER may be signed with, comma separated.',
    fallback: ['EdDSA', 'ES256', 'RS256'],
    fallbackText: 'EdDSA,ES256,RS256',
    parse: signatureList,
  }),
  trustedClaims: setting<ClaimNames>({
    name: 'TRUSTED_CLAIMS',
    about:
      'Which claims of these tokens say what: pairs of username, displayName, email, emailVerified ' +
      'and a claim.',
    fallback: usualClaims,
    fallbackText: 'preferred_username, name, email, email_verified',
    example: 'username=nickname,displayName=full_name',
    parse: claimNames,
  }),
} satisfies Record<string, Setting<never> | Setting<unknown>>
