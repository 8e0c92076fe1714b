/** Every answer of signing in with a provider, on a second server that knows one. */
import { createHash } from 'node:crypto'
import { startOpenIdProvider } from './servers/openid-provider.ts'
import { startApp } from './start-app.ts'

const verifier = 'a-secret-of-the-app-that-nobody-else-knows-of'
const challenge = createHash('sha256').update(verifier).digest('base64url')
const app = { challenge, returnTo: 'org.example.app:/in' }

/** What was seen on the way: "GET /v1/auth/openid 200". */
export async function openIdJourney(databaseUrl: string): Promise<ReadonlySet<string>> {
  const provider = await startOpenIdProvider()
  const { issuer, clientId, clientSecret } = provider.settings('example')
  const env = {
    OIDC_PROVIDERS: 'example',
    OIDC_EXAMPLE_ISSUER: issuer,
    OIDC_EXAMPLE_CLIENT_ID: clientId,
    OIDC_EXAMPLE_CLIENT_SECRET: clientSecret,
    APP_URLS: app.returnTo,
  }
  const started = await startApp({ databaseUrl, env })
  const client = started.client()
  /** To the provider and back; the ticket the app is handed. */
  const ticketOf = async (url: string): Promise<string> => {
    const { pathname, search } = provider.consent(url)
    const options = { redirect: 'manual' } as const
    const answer = await started.check.fetch(`${started.url}${pathname}${search}`, options)
    return new URL(answer.headers.get('location') ?? '').searchParams.get('ticket') ?? ''
  }
  await client.publicHttp.GET('/v1/auth/openid')
  const path = { params: { path: { provider: 'example' } } }
  const begun = await client.publicHttp.POST('/v1/auth/openid/{provider}', { ...path, body: app })
  const first = { ticket: await ticketOf(begun.data.url), verifier }
  const { data } = await client.publicHttp.POST('/v1/auth/openid-session', { body: first })
  await client.signIn(data)

  provider.person = { sub: 'another' }
  const owner = await started.person('opal')
  const link = { provider: 'example', currentPassword: 'opal at parley', ...app }
  const asked = await owner.http.POST('/v1/auth/identities', { body: link })
  const second = { ticket: await ticketOf(asked.data.url), verifier }
  const linked = await owner.http.POST('/v1/auth/identities/confirm', { body: second })
  await owner.http.GET('/v1/auth/identities')
  const identityId = linked.data.id
  await owner.http.DELETE('/v1/auth/identities/{identityId}', { params: { path: { identityId } } })
  await started.close()
  await provider.close()
  return started.check.seen
}
