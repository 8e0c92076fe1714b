type Options = readonly (readonly [value: string, label: string])[]

const notSaid = ['', 'Not said'] as const

/** Every zone this browser knows, this device's first; and the one that is set. */
export function timeZones(current: string | null): Options {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone
  const known = Intl.supportedValuesOf('timeZone')
  const others = new Set([...(current ? [current] : []), ...known])
  others.delete(here)
  const label = (zone: string): string => zone.replaceAll('_', ' ')
  return [
    notSaid,
    [here, `${label(here)} (this device)`],
    ...[...others].map((zone) => [zone, label(zone)] as const),
  ]
}

const common = (
  'ar bn cs da de el en-GB en-US es fa fi fr he hi hu id it ja ko nl no pl pt-BR pt-PT ro ru sv th ' +
  'tr uk ur vi zh-Hans zh-Hant'
).split(' ')

/** The languages of this browser first, then those many people speak; and the one that is set. */
export function languages(current: string | null): Options {
  const names = new Intl.DisplayNames(undefined, { type: 'language' })
  const codes = new Set([...(current ? [current] : []), ...navigator.languages, ...common])
  return [notSaid, ...[...codes].map((code) => [code, names.of(code) ?? code] as const)]
}
