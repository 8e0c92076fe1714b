import { AppError } from '../contract/error-codes.ts'
import { pointerTo } from '../contract/pointer.ts'
import { cleanDisplayName } from './display-name.ts'
import type { ProfileField } from './profile-schema.ts'
import type { OwnUser, ProfileChange } from './schema.ts'

const keys = [
  'displayName',
  'bio',
  'statusText',
  'statusTextUntil',
  'timeZone',
  'locale',
  'reachableBy',
  'lastSeenTo',
] as const

/** What a person changes of herself. */
export type Profile = Pick<OwnUser, (typeof keys)[number] | 'fields'>

interface Rules {
  /** Milliseconds since 1970. */
  now: number
  /** The fields this server defines. */
  defined: readonly ProfileField[]
}

/** The profile with what the change names. AppError `invalid_request`. */
export function profileAfter(
  before: Profile,
  change: ProfileChange,
  { now, defined }: Rules,
): Profile {
  const { displayName, timeZone, locale } = change
  return {
    displayName: displayName === undefined ? before.displayName : cleanDisplayName(displayName),
    bio: change.bio ?? before.bio,
    ...statusAfter(before, change, now),
    timeZone: timeZone === undefined ? before.timeZone : knownTimeZone(timeZone),
    locale: locale === undefined ? before.locale : canonicalLocale(locale),
    fields: fieldsAfter(before.fields, change.fields ?? {}, defined),
    reachableBy: change.reachableBy ?? before.reachableBy,
    lastSeenTo: change.lastSeenTo ?? before.lastSeenTo,
  }
}

/** Then nothing is written, and nobody is told. */
export function sameProfile(a: Profile, b: Profile): boolean {
  return keys.every((key) => a[key] === b[key]) && sameValues(a.fields, b.fields)
}

/** The time as it is stored. AppError `invalid_request` unless it is to come. */
export function futureTime(given: string, now: number, pointer: string): string {
  const at = Date.parse(given)
  if (!(at > now)) throw refusal(pointer, 'must be a time to come')
  return new Date(at).toISOString()
}

/** A new text stays unless a time comes with it. */
function statusAfter(before: Profile, change: ProfileChange, now: number) {
  const { statusText = before.statusText, statusTextUntil } = change
  if (statusText === '') return { statusText, statusTextUntil: null }
  if (statusTextUntil === undefined) {
    const kept = change.statusText === undefined ? before.statusTextUntil : null
    return { statusText, statusTextUntil: kept }
  }
  if (statusTextUntil === null) return { statusText, statusTextUntil }
  return { statusText, statusTextUntil: futureTime(statusTextUntil, now, '/statusTextUntil') }
}

function knownTimeZone(name: string | null): string | null {
  if (name === null) return null
  try {
    Intl.DateTimeFormat('en', { timeZone: name })
    return name
  } catch {
    throw refusal('/timeZone', 'is not the IANA name of a time zone')
  }
}

function canonicalLocale(tag: string | null): string | null {
  if (tag === null) return null
  try {
    return new Intl.Locale(tag).toString()
  } catch {
    throw refusal('/locale', 'is not a BCP 47 language tag')
  }
}

/** An empty value takes the field away. */
function fieldsAfter(
  before: Profile['fields'],
  given: Profile['fields'],
  defined: readonly ProfileField[],
): Profile['fields'] {
  const fields = new Map(defined.map((field) => [field.key, field]))
  const values = new Map(Object.entries(before))
  for (const [key, text] of Object.entries(given)) {
    const field = fields.get(key)
    if (!field) throw refusal(pointerTo('/fields', key), 'is not known here')
    const value = cleanValue(text, field)
    if (value === '') values.delete(key)
    else values.set(key, value)
  }
  return Object.fromEntries(values)
}

function cleanValue(text: string, { key, kind, maxLength }: ProfileField): string {
  const value = text.normalize('NFC').trim()
  const pointer = pointerTo('/fields', key)
  if (Array.from(value).length > maxLength) {
    throw refusal(pointer, `must not have more than ${maxLength} characters`)
  }
  if (/\p{Cc}/u.test(value)) throw refusal(pointer, 'must not hold control characters')
  if (value !== '' && kind === 'url' && !isWebAddress(value)) {
    throw refusal(pointer, 'must be an address that begins with http:// or https://')
  }
  return value
}

/** Others open it by a click: no `javascript:`, and no name before an `@` that looks like the host. */
function isWebAddress(value: string): boolean {
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) return false
  const { username, password } = new URL(value)
  return username === '' && password === ''
}

function sameValues(a: Profile['fields'], b: Profile['fields']): boolean {
  const entries = Object.entries(a)
  return entries.length === Object.keys(b).length && entries.every(([key, it]) => b[key] === it)
}

function refusal(pointer: string, detail: string): AppError {
  return new AppError('invalid_request', { errors: [{ pointer, detail }] })
}
