/** Mails as a test reads them. */
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { vi } from 'vitest'

export interface ReadMail {
  from: string
  to: string
  subject: string
  text: string
  html: string
}

/** What stands in a mail of ours: some headers, a text and an HTML part. */
export function readMail(source: string): ReadMail {
  const { headers, body } = split(source)
  const boundary = /boundary="([^"]+)"/.exec(headers.get('content-type') ?? '')?.[1] ?? '\0'
  const [, plain = '', html = ''] = body.split(`--${boundary}`).map((part) => part.trim())
  return {
    from: headers.get('from') ?? '',
    to: headers.get('to') ?? '',
    subject: words(headers.get('subject') ?? ''),
    text: content(plain),
    html: content(html),
  }
}

/** The token of the link in a mail's text. */
export function tokenOf({ text }: Pick<ReadMail, 'text'>): string {
  const token = /#[a-z-]+\/([\w-]{43})/.exec(text)?.[1]
  if (token === undefined) throw new Error(`there is no token in "${text}"`)
  return token
}

/** The mails in a data directory for one person, oldest first. */
export async function mailsTo(dataDir: string, address: string): Promise<ReadMail[]> {
  const folder = join(dataDir, 'mail')
  const names: string[] = await readdir(folder).catch(() => [])
  const sources = await Promise.all(
    names.sort().map((name) => readFile(join(folder, name), 'utf8')),
  )
  return sources.map(readMail).filter(({ to }) => to === address)
}

/** The newest mail for this person about something, once it is there. */
export async function awaitMail(
  dataDir: string,
  address: string,
  subject: RegExp,
): Promise<ReadMail> {
  return vi.waitFor(async () => {
    const mails = await mailsTo(dataDir, address)
    const mail = mails.findLast((one) => subject.test(one.subject))
    if (!mail) throw new Error(`no mail to ${address} about ${subject.source}`)
    return mail
  })
}

function split(source: string): { headers: Map<string, string>; body: string } {
  const text = source.replaceAll('\r\n', '\n')
  const end = text.indexOf('\n\n')
  const lines = text
    .slice(0, end)
    .replaceAll(/\n[ \t]+/g, ' ')
    .split('\n')
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  return { headers: new Map(headers), body: text.slice(end + 2) }
}

function content(part: string): string {
  const { headers, body } = split(part)
  if (headers.get('content-transfer-encoding') !== 'quoted-printable') return body.trim()
  return decodeHex(body.replaceAll('=\n', '')).trim()
}

/** RFC 2047: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?= */
function words(header: string): string {
  return header
    .replaceAll(/\?= =\?/g, '?==?')
    .replaceAll(/=\?UTF-8\?B\?([^?]*)\?=/g, (_, word: string) =>
      Buffer.from(word, 'base64').toString(),
    )
    .replaceAll(/=\?UTF-8\?Q\?([^?]*)\?=/g, (_, word: string) =>
      decodeHex(word.replaceAll('_', ' ')),
    )
}

function decodeHex(text: string): string {
  const bytes = text.replaceAll(/[^\x20-\x7e\n]|%/g, (one) => encodeURIComponent(one))
  return decodeURIComponent(bytes.replaceAll(/=([0-9A-F]{2})/g, '%$1'))
}
