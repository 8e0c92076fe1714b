import { startOpenIdProvider } from './servers/openid-provider.ts'
import { peopleWorld } from './people-world.ts'

type Options = NonNullable<Parameters<typeof peopleWorld>[0]>
export type OpenIdWorld = Awaited<ReturnType<typeof openIdWorld>>

const path = '/v1/auth/openid'

/** Parley beside a provider called `example`, and browsers. */
export async function openIdWorld(
  config: Options['config'] = {},
  besides?: Options['besides'],
  passwords = true,
) {
  const provider = await startOpenIdProvider()
  const example = provider.settings('example')
  const world = await peopleWorld({
    config: { oidcProviders: [example], ...config },
    passwords,
    ...(besides && { besides }),
  })

  const begin = async (body: object = {}, cookie = '') => {
    const answer = await world.call('POST', `${path}/example`, { body, headers: { cookie } })
    const set = String(answer.headers['set-cookie'] ?? '')
    return { ...answer, url: String(answer.body.url), cookie: set.split(';')[0] ?? '', set }
  }
  const comeBack = async (back: URL, headers: Record<string, string>) => {
    const answer = await world.call('GET', back.pathname + back.search, { headers })
    const { location = '', 'set-cookie': cookie = '' } = answer.headers
    return { ...answer, location, cookie: String(cookie).split(';')[0] ?? '' }
  }

  return {
    ...world,
    provider,
    begin,
    comeBack,
    /** The whole way, as a browser that shows pages goes it. */
    async signIn(body: object = {}) {
      const { url, cookie } = await begin(body)
      return comeBack(provider.consent(url), { cookie, accept: 'text/html' })
    },
    /** The whole way, as a program that wants to know what went wrong. */
    async tryToSignIn(body: object = {}) {
      const { url, cookie } = await begin(body)
      return comeBack(provider.consent(url), { cookie })
    },
    /** Whose session a refresh cookie is. */
    async me(cookie: string) {
      const headers = { cookie, origin: 'https://app.example.org' }
      const fresh = await world.call('POST', '/v1/auth/browser-session/refresh', { headers })
      const token: string = fresh.body.session?.accessToken ?? ''
      return { token, ...(await world.call('GET', '/v1/users/me', { token })).body }
    },
    async close() {
      await world.close()
      await provider.close()
    },
  }
}
