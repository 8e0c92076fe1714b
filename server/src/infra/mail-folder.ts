import { mkdir, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { timestamp } from './clock.ts'
import type { Clock } from './clock.ts'
import type { Mail, Mailer } from './mail.ts'

interface FolderMailerDeps {
  clock: Clock
  /** Made when the first mail is written. */
  folder: string
  from: string
  log: (line: string) => void
}

/** Mail without a mail server: an .eml file for each, readable by the server's own user only. */
export class FolderMailer implements Mailer {
  readonly #deps: FolderMailerDeps

  constructor(deps: FolderMailerDeps) {
    this.#deps = deps
  }

  async send(mail: Mail): Promise<void> {
    const { clock, folder, from, log } = this.#deps
    const at = timestamp(clock)
    const name = `${at.replaceAll(/[:.]/g, '-')}-${randomBytes(4).toString('hex')}.eml`
    const path = join(folder, name)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFile(path, messageOf(mail, from, at), { mode: 0o600, flag: 'wx' })
    log(`no mail server is configured (SMTP_URL): a mail was written to ${path}`)
  }

  close(): void {}
}

/** In 8bit, not quoted-printable: whoever opens the file finds each link in one piece. */
function messageOf({ to, subject, text, html }: Mail, from: string, at: string): string {
  const boundary = `parley-${randomBytes(12).toString('hex')}`
  const part = (type: string, content: string) =>
    `--${boundary}\nContent-Type: ${type}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n${content}\n`
  const headers = [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: =?UTF-8?B?${Buffer.from(subject).toString('base64')}?=`,
    `Date: ${new Date(at).toUTCString()}`,
    'MIME-Version: 1.0',
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
  ]
  const parts = part('text/plain', text) + part('text/html', html)
  return `${headers.join('\n')}\n\n${parts}--${boundary}--\n`.replaceAll('\n', '\r\n')
}
