/** What is set for each provider that OIDC_PROVIDERS names: one table more, whose names hold the provider's. */
import { oneOf, text } from './config-values.ts'
import { setting } from './setting.ts'
import type { Setting } from './setting.ts'
import { issuerUrl, scopeList } from './sign-in-values.ts'

/** The scopes that name a person. */
const usualScopes = 'openid profile email'

export const providerSettings = {
  issuer: setting<string | undefined>({
    name: 'OIDC_<NAME>_ISSUER',
    about:
      'The issuer of the provider NAME, in capitals and with _ for -, as its discovery document ' +
      '(/.well-known/openid-configuration) calls it. Needed, as its client id is.',
    fallback: undefined,
    fallbackText: 'none',
    example: 'https://login.example.org/realms/team',
    parse: issuerUrl,
  }),
  clientId: setting<string | undefined>({
    name: 'OIDC_<NAME>_CLIENT_ID',
    about: 'What the provider calls this server.',
    fallback: undefined,
    fallbackText: 'none',
    example: 'parley',
    parse: text,
  }),
  clientSecret: setting<string | undefined>({
    name: 'OIDC_<NAME>_CLIENT_SECRET',
    about: 'How this server proves to the provider who it is; a public client has none.',
    fallback: undefined,
    fallbackText: 'a public client',
    example: 'secret',
    secret: true,
    parse: text,
  }),
  scopes: setting({
    name: 'OIDC_<NAME>_SCOPES',
    about: 'What is asked for.',
    fallback: usualScopes,
    parse: scopeList,
  }),
  label: setting<string | undefined>({
    name: 'OIDC_<NAME>_LABEL',
    about: 'What the button says.',
    fallback: undefined,
    fallbackText: 'NAME',
    example: 'Example Login',
    parse: text,
  }),
  registration: setting<'open' | 'closed' | undefined>({
    name: 'OIDC_<NAME>_REGISTRATION',
    about:
      'Whether whoever comes by this provider for the first time gets an account, whatever ' +
      'REGISTRATION and EMAIL_DOMAINS say: for a provider that knows your people only.',
    fallback: undefined,
    fallbackText: 'as REGISTRATION and EMAIL_DOMAINS say',
    example: 'open',
    parse: oneOf('open', 'closed'),
  }),
} satisfies Record<string, Setting<never> | Setting<unknown>>

/** OIDC_<NAME>_ISSUER → OIDC_COMPANY_LOGIN_ISSUER */
export function nameFor(provider: string, name: string): string {
  return name.replace('<NAME>', provider.toUpperCase().replaceAll('-', '_'))
}
