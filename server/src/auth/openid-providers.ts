import type { Configuration, ClientAuth } from 'openid-client'
import { AppError } from '../contract/error-codes.ts'
import type { Clock } from '../infra/clock.ts'
import type { Assertion } from './identity-assertion.ts'
import { assertionOf } from './identity-assertion.ts'
import { openIdFailure } from './openid-failure.ts'
import type { Provider } from './openid-schema.ts'

/** A provider of OIDC_PROVIDERS. */
export interface OpenIdProvider {
  name: string
  issuer: string
  clientId: string
  clientSecret?: string | undefined
  scopes: string
  label?: string | undefined
  /** Whether strangers get an account; undefined: as REGISTRATION says. */
  registration?: 'open' | 'closed' | undefined
}

/** What belongs to one sign-in, and to no other. */
export interface OpenIdChecks {
  state: string
  nonce: string
  codeVerifier: string
}

interface OpenIdProvidersDeps {
  clock: Clock
  providers: readonly OpenIdProvider[]
  /** Where providers send people back to: `<base>/v1/auth/openid/<name>/callback`. */
  base: string
}

/** How long a provider may take to answer, in seconds: a person waits. */
const timeout = 5
/** How long its discovery document is good, and a failure to read it, in milliseconds. */
const found = 3_600_000
const failed = 5000

interface Discovery {
  configuration: Promise<Configuration>
  until: number
}

/** The providers people sign in with, asked when somebody does: one that is away keeps nobody from
 *  starting the server, nor from signing in another way. */
export class OpenIdProviders {
  readonly #deps: OpenIdProvidersDeps
  readonly #discoveries = new Map<string, Discovery>()

  constructor(deps: OpenIdProvidersDeps) {
    this.#deps = deps
  }

  list(): Provider[] {
    return this.#deps.providers.map(({ name, label = name }) => ({ name, label }))
  }

  /** AppError `provider_not_found`. */
  get(name: string): OpenIdProvider {
    const provider = this.#deps.providers.find((one) => one.name === name)
    if (!provider) throw new AppError('provider_not_found')
    return provider
  }

  /** Where the browser goes. AppError `provider_not_found`, `provider_unavailable`. */
  async urlFor(name: string, { state, nonce, codeVerifier }: OpenIdChecks): Promise<string> {
    const provider = this.get(name)
    const { buildAuthorizationUrl, calculatePKCECodeChallenge } = await import('openid-client')
    const configuration = await this.#discovered(provider)
    return buildAuthorizationUrl(configuration, {
      redirect_uri: this.#callbackOf(provider),
      scope: provider.scopes,
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
    }).href
  }

  /** Whom the provider vouches for: its answer fits what was asked, and its token is signed with its
   *  key. AppError `invalid_sign_in`, `sign_in_refused`, `provider_not_found`,
   *  `provider_unavailable`. */
  async assertionFrom(
    name: string,
    answer: Readonly<Record<string, string>>,
    { state: expectedState, nonce: expectedNonce, codeVerifier: pkceCodeVerifier }: OpenIdChecks,
  ): Promise<Assertion> {
    const provider = this.get(name)
    const { authorizationCodeGrant } = await import('openid-client')
    const configuration = await this.#discovered(provider)
    const url = new URL(`${this.#callbackOf(provider)}?${new URLSearchParams(answer).toString()}`)
    const checks = { expectedState, expectedNonce, pkceCodeVerifier, idTokenExpected: true }
    const tokens = await answered(name, () => authorizationCodeGrant(configuration, url, checks))
    const claims = tokens.claims()
    if (!claims) throw new AppError('invalid_sign_in')
    const more = await this.#userInfo(name, configuration, tokens.access_token, claims)
    const assertion = assertionOf(claims.iss, { ...more, ...claims })
    if (!assertion) throw new AppError('invalid_sign_in')
    return assertion
  }

  /** Some providers keep names and addresses out of the token. */
  async #userInfo(
    name: string,
    configuration: Configuration,
    accessToken: string,
    { sub, email }: { sub: string; email?: unknown },
  ): Promise<object> {
    const { userinfo_endpoint: endpoint } = configuration.serverMetadata()
    if (email !== undefined || endpoint === undefined) return {}
    const { fetchUserInfo } = await import('openid-client')
    return answered(name, () => fetchUserInfo(configuration, accessToken, sub))
  }

  #callbackOf({ name }: OpenIdProvider): string {
    return `${this.#deps.base}/v1/auth/openid/${name}/callback`
  }

  async #discovered(provider: OpenIdProvider): Promise<Configuration> {
    const { clock } = this.#deps
    const known = this.#discoveries.get(provider.name)
    if (known && clock.now() < known.until) return known.configuration
    const configuration = discover(provider).catch((error: unknown) => {
      // Whatever is wrong with it: nobody can sign in there just now.
      const { cause } = openIdFailure(provider.name, error)
      throw new AppError('provider_unavailable', { cause })
    })
    const discovery = { configuration, until: clock.now() + found }
    this.#discoveries.set(provider.name, discovery)
    configuration.catch(() => (discovery.until = clock.now() + failed))
    return configuration
  }
}

async function discover(provider: OpenIdProvider): Promise<Configuration> {
  const { issuer, clientId, clientSecret } = provider
  const { allowInsecureRequests, discovery, enableNonRepudiationChecks } =
    await import('openid-client')
  // Its token comes over TLS from itself, but a signature costs little and proves more.
  const execute = [enableNonRepudiationChecks]
  // The settings allow that at localhost only.
  if (issuer.startsWith('http:')) execute.push(allowInsecureRequests)
  const metadata = clientSecret === undefined ? {} : { client_secret: clientSecret }
  const authentication = await clientAuthentication(clientSecret)
  return discovery(new URL(issuer), clientId, metadata, authentication, { execute, timeout })
}

/** The way the provider takes: providers differ in what they leave out. */
async function clientAuthentication(secret: string | undefined): Promise<ClientAuth> {
  const { ClientSecretBasic, ClientSecretPost, None } = await import('openid-client')
  if (secret === undefined) return None()
  const [basic, post] = [ClientSecretBasic(secret), ClientSecretPost(secret)]
  return (server, ...rest) => {
    const taken = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    return taken.includes('client_secret_basic') ? basic(server, ...rest) : post(server, ...rest)
  }
}

async function answered<T>(provider: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw openIdFailure(provider, error)
  }
}
