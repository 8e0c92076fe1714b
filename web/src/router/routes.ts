/** Where one is in the client: a page, and what it shows. */
export type Route =
  | { name: 'home' }
  /** `seq`: the message that is linked to. */
  | { name: 'room'; roomId: string; seq?: number }
  | { name: 'people' }
  | { name: 'channels' }
  | { name: 'settings'; section: string }
  | { name: 'admin'; section: string }
  | { name: 'signIn' }
  /** `invitation`: the token of one, where the address carries it behind the #. */
  | { name: 'signUp'; invitation?: string }
  | { name: 'forgotPassword' }
  /** Where the links of mails lead: what to do, and the token that allows it. */
  | { name: 'mailLink'; action: string; token: string }
  | { name: 'notFound' }

type Pattern = readonly [path: string, read: (parts: readonly string[], hash: string) => Route]

/** The server answers these paths with the client (server/src/http/pages.ts), `*` for one part. */
const patterns: readonly Pattern[] = [
  ['/', () => ({ name: 'home' })],
  ['/rooms/*', ([roomId = '']) => ({ name: 'room', roomId })],
  ['/rooms/*/*', ([roomId = '', seq]) => roomAt(roomId, Number(seq))],
  ['/people', () => ({ name: 'people' })],
  ['/channels', () => ({ name: 'channels' })],
  ['/settings', () => ({ name: 'settings', section: '' })],
  ['/settings/*', ([section = '']) => ({ name: 'settings', section })],
  ['/admin', () => ({ name: 'admin', section: '' })],
  ['/admin/*', ([section = '']) => ({ name: 'admin', section })],
  ['/sign-in', () => ({ name: 'signIn' })],
  ['/sign-up', (_, hash) => ({ name: 'signUp', invitation: hash || undefined })],
  ['/forgot-password', () => ({ name: 'forgotPassword' })],
  ['/account.html', (_, hash) => mailLink(hash)],
]

export const paths: readonly string[] = patterns.map(([path]) => path)

/** What this address shows; `hash` without its #. */
export function readRoute(pathname: string, hash = ''): Route {
  for (const [pattern, read] of patterns) {
    const parts = match(pattern, pathname)
    if (parts) return read(parts, hash)
  }
  return { name: 'notFound' }
}

/** The parts that stand for the `*` of the pattern. */
function match(pattern: string, pathname: string): string[] | undefined {
  const wanted = pattern.split('/')
  const given = pathname.length > 1 ? pathname.replace(/\/$/, '').split('/') : pathname.split('/')
  if (wanted.length !== given.length) return undefined
  const parts: string[] = []
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? ''
    if (part === '*' && value !== '') parts.push(value)
    else if (part !== value) return undefined
  }
  return parts
}

function roomAt(roomId: string, seq: number): Route {
  return Number.isSafeInteger(seq) && seq > 0 ? { name: 'room', roomId, seq } : { name: 'notFound' }
}

function mailLink(hash: string): Route {
  const [action = '', token = ''] = hash.split('/')
  return { name: 'mailLink', action, token }
}

/** The path of a room, or of one of its messages. */
export function roomPath(roomId: string, seq?: number): string {
  return seq === undefined ? `/rooms/${roomId}` : `/rooms/${roomId}/${seq}`
}
