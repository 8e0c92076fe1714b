/** The server's own histogram of a route, from its /metrics. */
export interface RouteTimes {
  /** By upper bound in seconds, how many requests took at most so long. */
  within: ReadonlyMap<number, number>
}

/** What it counted for this route so far. */
export async function routeTimes(url: string, route: string): Promise<RouteTimes> {
  const response = await fetch(`${url}/metrics`)
  if (!response.ok) throw new Error(`/metrics answered ${response.status}`)
  return { within: bucketsOf(await response.text(), route) }
}

/** Prometheus' text form: `name_bucket{le="0.005",method="GET",route="/v1/…",status="200"} 12`. */
export function bucketsOf(text: string, route: string): Map<number, number> {
  const within = new Map<number, number>()
  for (const line of text.split('\n')) {
    if (!line.startsWith('parley_http_request_duration_seconds_bucket{')) continue
    if (!line.includes(`route="${route}"`) || !line.includes('method="GET"')) continue
    const bound = Number(/le="([^"]+)"/.exec(line)?.[1]?.replace('+Inf', 'Infinity'))
    const count = Number(line.slice(line.lastIndexOf(' ') + 1))
    within.set(bound, (within.get(bound) ?? 0) + count)
  }
  return within
}

/** Milliseconds that this share of the requests between two readings did not pass, evenly spread
 *  within the bucket, as Prometheus' histogram_quantile has it;
 *  Infinity past the last bound, NaN without requests. */
export function quantileMs(share: number, before: RouteTimes, after: RouteTimes): number {
  const bounds = [...after.within.keys()].toSorted((a, b) => a - b)
  const countTo = (bound: number): number =>
    (after.within.get(bound) ?? 0) - (before.within.get(bound) ?? 0)
  const wanted = countTo(Infinity) * share
  let lower = 0
  let counted = 0
  for (const bound of bounds) {
    const upTo = countTo(bound)
    if (upTo >= wanted && upTo > counted) {
      return (lower + ((bound - lower) * (wanted - counted)) / (upTo - counted)) * 1000
    }
    lower = bound
    counted = upTo
  }
  return Number.NaN
}
