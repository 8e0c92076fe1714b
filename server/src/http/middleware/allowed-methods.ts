import type { FastifyInstance } from 'fastify'

/** Which methods each path takes: RFC 9110 has them named where another one is refused. */
export class AllowedMethods {
  readonly #routes: { path: RegExp; methods: string[] }[] = []

  /** Learns of every route that `server` is given from now on. */
  watch(server: FastifyInstance): void {
    server.addHook('onRoute', ({ url, method }) => {
      if (url.includes('*')) return // a folder: it tells nothing of what is in it
      this.#routes.push({ path: patternOf(url), methods: [method].flat() })
    })
  }

  /** Sorted; empty where nothing is at this address. */
  at(address: string): string[] {
    const [path = ''] = address.split('?', 1)
    const found = this.#routes.filter((route) => route.path.test(path))
    return [...new Set(found.flatMap(({ methods }) => methods))].toSorted()
  }
}

/** Of Fastify's `/rooms/:roomId`: a parameter is one segment, never empty. */
function patternOf(url: string): RegExp {
  const literal = url.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${literal.replaceAll(/:\w+/g, '[^/]+')}$`)
}
