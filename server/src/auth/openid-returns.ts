import { AppError } from '../contract/error-codes.ts'

interface ReturnAddressesDeps {
  /** Where this server's own pages are. */
  base: string
  corsOrigins: readonly string[]
  /** APP_URLS. */
  appUrls: readonly string[]
}

/** Where a sign-in may lead back to: whoever makes up the beginning must not choose where people end
 *  up, nor who is handed a ticket. */
export class ReturnAddresses {
  readonly #base: string
  readonly #origins: ReadonlySet<string>
  readonly #appUrls: readonly string[]

  constructor({ base, corsOrigins, appUrls }: ReturnAddressesDeps) {
    this.#base = base
    this.#origins = new Set([new URL(base).origin, ...corsOrigins])
    this.#appUrls = appUrls
  }

  /** The whole address of a page of ours. AppError `invalid_request`. */
  page(returnTo = '/'): string {
    const url = URL.canParse(returnTo, this.#base) ? new URL(returnTo, this.#base) : undefined
    if (!url || !this.#origins.has(url.origin) || url.username !== '' || url.password !== '') {
      throw refusal('must be a path of this server, or a page of an origin in CORS_ORIGINS')
    }
    url.hash = ''
    return url.href
  }

  /** AppError `invalid_request`. */
  app(returnTo: string | undefined): string {
    const known = this.#appUrls.some((listed) => returnTo === listed || isPortOf(listed, returnTo))
    if (returnTo === undefined || !known) throw refusal('must be one of APP_URLS')
    return returnTo
  }
}

/** A program listens on whatever port is free (RFC 8252, 7.3). */
function isPortOf(listed: string, given: string | undefined): boolean {
  if (given === undefined || !/^http:\/\/(127\.0\.0\.1|\[::1\])[:/]/.test(listed)) return false
  if (!URL.canParse(given)) return false
  const [wanted, url] = [new URL(listed), new URL(given)]
  url.port = wanted.port
  return url.href === wanted.href
}

function refusal(detail: string): AppError {
  return new AppError('invalid_request', { errors: [{ pointer: '/returnTo', detail }] })
}
