import type { RequestContext } from '../contract/endpoint.ts'
import type { Device } from './session-queries.ts'

const systems = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'macOS'],
  ['CrOS', 'ChromeOS'],
  ['Linux', 'Linux'],
] as const

/** Most name the browsers they descend from too: the more particular come first. */
const programs = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const

/** The device a request comes from, called as the client says or as its User-Agent suggests. */
export function deviceOf(context: RequestContext, deviceName?: string): Device {
  const userAgent = context.userAgent.slice(0, 300)
  const given = deviceName?.trim() ?? ''
  return {
    deviceName: given === '' ? describe(userAgent) : given,
    address: context.address,
    userAgent,
  }
}

function describe(userAgent: string): string {
  const system = systems.find(([mark]) => userAgent.includes(mark))?.[1]
  const program =
    programs.find(([mark]) => userAgent.includes(mark))?.[1] ?? firstProduct(userAgent)
  if (program === '') return system ?? 'Unknown device'
  return system === undefined ? program : `${program} on ${system}`
}

/** "curl/8.5.0" → "curl" */
function firstProduct(userAgent: string): string {
  const name = userAgent.split(/[/ ]/, 1)[0] ?? ''
  return name === 'Mozilla' ? '' : name.slice(0, 40)
}
