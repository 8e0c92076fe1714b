import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import { readRoute } from './routes.ts'
import type { Route } from './routes.ts'

/** Says where one is, and goes elsewhere without leaving the page. Ordinary links work: a click on
 *  one that leads to a page of the client is taken here. */
export class Router {
  readonly #route = signal<Route>({ name: 'home' })

  constructor() {
    this.#read()
    window.addEventListener('popstate', () => this.#read())
    document.addEventListener('click', (event) => this.#follow(event))
  }

  get route(): ReadonlySignal<Route> {
    return this.#route
  }

  /** `replace`: without a step in the browser's history. */
  go(path: string, { replace = false } = {}): void {
    if (replace) history.replaceState(null, '', path)
    else if (path !== location.pathname + location.hash) history.pushState(null, '', path)
    this.#read()
  }

  #read(): void {
    this.#route.value = readRoute(location.pathname, location.hash.slice(1))
  }

  #follow(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (!link || link.target !== '' || link.hasAttribute('download')) return
    if (link.origin !== location.origin) return
    if (readRoute(link.pathname).name === 'notFound') return
    event.preventDefault()
    this.go(link.pathname + link.hash)
  }
}
