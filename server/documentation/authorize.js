// On /docs: signs in with one click, and with whatever answers a session. Loaded before Swagger UI
// is made, which it gives one more plugin.
;(() => {
  const scheme = 'accessToken' // its name in openapi.json
  const storageKey = 'parley-docs-session' // of this tab: it outlives a reload

  /** The session at hand, and whether its account was made by the button. */
  let kept = JSON.parse(sessionStorage.getItem(storageKey) ?? 'null')
  let renewal

  async function call(method, path, { token, body } = {}) {
    const headers = {}
    if (body) headers['content-type'] = 'application/json'
    if (token) headers.authorization = `Bearer ${token}`
    const request = { method, headers }
    if (body) request.body = JSON.stringify(body)
    const answer = await fetch(path, request).catch(() => {
      throw new Error('the server could not be reached')
    })
    const content = answer.status === 204 ? null : await answer.json().catch(() => null)
    if (!answer.ok) throw new Error(content?.detail ?? `the server answered ${answer.status}`)
    return content
  }

  /** Fills in the authorize dialog, and renews the token before it runs out. */
  function keep(system, next) {
    kept = next
    sessionStorage.setItem(storageKey, JSON.stringify(kept))
    const schema = system.specSelectors.specJson().getIn(['components', 'securitySchemes', scheme])
    const value = kept.session.accessToken
    system.authActions.authorizeWithPersistOption({ [scheme]: { name: scheme, schema, value } })
    clearTimeout(renewal)
    renewal = setTimeout(() => void renew(system), kept.session.expiresIn * 800)
  }

  function forget(system) {
    kept = null
    sessionStorage.removeItem(storageKey)
    clearTimeout(renewal)
    system.authActions.logoutWithPersistOption([scheme])
  }

  async function renew(system) {
    const body = { refreshToken: kept.session.refreshToken }
    try {
      const { session } = await call('POST', '/v1/auth/refresh', { body })
      keep(system, { ...kept, session })
    } catch {
      forget(system)
    }
  }

  /** An account of nobody's, for trying things out. */
  async function begin(system) {
    const username = `trial-${Math.random().toString(36).slice(2, 10)}`
    const body = { username, email: `${username}@example.org`, password: crypto.randomUUID() }
    const answer = await call('POST', '/v1/auth/register', { body })
    if (!answer?.session) {
      throw new Error('this server confirms addresses by mail first: register below with your own')
    }
    keep(system, { session: answer.session, username, trial: true })
  }

  async function end(system) {
    const { accessToken: token } = kept.session
    await call('DELETE', '/v1/users/me?texts=erase', { token })
    forget(system)
  }

  /** Beside the authorize button: what one click does, and what came of it. */
  function trialOf(system) {
    const { createElement, useState } = system.React
    return function Trial() {
      const [words, setWords] = useState('')
      const [busy, setBusy] = useState(false)
      const run = async (work) => {
        setBusy(true)
        setWords('')
        await work(system).catch((error) => setWords(error.message))
        setBusy(false)
      }
      const signedIn = kept ? `Signed in${kept.username ? ` as ${kept.username}` : ''}.` : ''
      const button = (label, work) =>
        createElement(
          'button',
          { type: 'button', className: 'btn', disabled: busy, onClick: () => run(work) },
          label,
        )
      return createElement(
        'div',
        { className: 'parley-trial' },
        createElement('span', { role: 'status' }, words || signedIn),
        kept?.trial && button('Delete this account', end),
        !kept && button('Try with a new account', begin),
      )
    }
  }

  function plugin(system) {
    return {
      statePlugins: {
        spec: {
          wrapActions: {
            // The document is there: a reload goes on with the session it found.
            updateJsonSpec: (original) => (json) => {
              original(json)
              if (kept) void renew(system.getSystem())
            },
            // Whatever answers a session (signing in, in any way, tried on this page) authorizes.
            setResponse: (original) => (path, method, answer) => {
              const { session, user } = answer.body ?? answer.obj ?? {}
              if (session?.accessToken && session.refreshToken) {
                keep(system.getSystem(), { session, username: user?.username ?? kept?.username })
              }
              return original(path, method, answer)
            },
          },
        },
      },
      wrapComponents: {
        authorizeBtn: (Original) => {
          const Trial = trialOf(system.getSystem())
          return (props) => {
            const { createElement } = system.getSystem().React
            return createElement(
              'div',
              { className: 'parley-authorize' },
              createElement(Trial),
              createElement(Original, props),
            )
          }
        },
      },
    }
  }

  const original = globalThis.SwaggerUIBundle
  globalThis.SwaggerUIBundle = Object.assign(
    (config) => original({ ...config, plugins: [...config.plugins, plugin] }),
    original,
  )
})()
