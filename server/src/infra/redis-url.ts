/** Where Redis is, and how one logs in there. */
export interface RedisTarget {
  /** One server, or the nodes from which a Redis Cluster is discovered. */
  kind: 'server' | 'cluster'
  nodes: { host: string; port: number }[]
  tls: boolean
  username?: string
  password?: string
  /** The number of the database; a cluster has only 0. */
  db: number
}

/** redis://… or rediss://… (TLS) for one server; redis+cluster:// or rediss+cluster:// with one node or several, comma
 *  separated. Null for anything else. */
export function parseRedisUrl(value: string): RedisTarget | null {
  const { groups } = form.exec(value) ?? {}
  if (!groups) return null
  const { tls, cluster, login = '', hosts = '', db } = groups
  const urls = hosts.split(',').flatMap((host) => parsed(`redis://${login}${host}`) ?? [])
  const [first] = urls
  if (!first || urls.length !== hosts.split(',').length) return null
  if (cluster ? db !== undefined : urls.length > 1) return null
  return {
    kind: cluster ? 'cluster' : 'server',
    nodes: urls.map(nodeOf),
    tls: tls === 's',
    ...(first.username && { username: decodeURIComponent(first.username) }),
    ...(first.password && { password: decodeURIComponent(first.password) }),
    db: Number(db ?? 0),
  }
}

const form =
  /^redis(?<tls>s?)(?<cluster>\+cluster)?:\/\/(?<login>[^@/?#]*@)?(?<hosts>[^@/?#]+)\/?(?<db>\d{1,4})?$/

/** Also null where it names no host, or where its login is not what encodeURIComponent could have made. */
function parsed(text: string): URL | null {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  try {
    decodeURIComponent(url.username + url.password)
  } catch {
    return null
  }
  return url.hostname === '' ? null : url
}

function nodeOf({ hostname, port }: URL) {
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port || 6379) }
}
