import { once } from 'node:events'
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { startMailServer } from '../../test/servers/mail.ts'
import type { MailServer } from '../../test/servers/mail.ts'
import { readMail } from '../../test/mailbox.ts'
import { systemClock } from './clock.ts'
import type { Mail, Mailer } from './mail.ts'
import { FolderMailer } from './mail-folder.ts'
import { MailQueue } from './mail-queue.ts'
import { SmtpMailer } from './mail-smtp.ts'

const from = 'Parley <no-reply@example.org>'
const link = `https://chat.example.org/account.html#reset-password/${'x'.repeat(43)}`
const mail: Mail = {
  to: 'ada@example.org',
  subject: 'Grüße, ¿qué tal?',
  text: `Open this:\n\n${link}\n\nBye`,
  html: `<p>Schöne Grüße</p><a href="${link}">Open</a>`,
}

let server: MailServer
let folder: string
beforeAll(async () => {
  server = await startMailServer()
  folder = await mkdtemp(join(tmpdir(), 'parley-mail-'))
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})
afterEach(() => server.accept())

const written = async () => {
  const [name = ''] = await readdir(join(folder, 'mail'))
  return readFile(join(folder, 'mail', name), 'utf8')
}

describe.each<[string, () => Mailer, () => Promise<string>]>([
  [
    'a mail server',
    () => new SmtpMailer({ url: server.url, from }),
    async () => server.received[0]?.content ?? '',
  ],
  [
    'a folder',
    () =>
      new FolderMailer({
        clock: systemClock,
        folder: join(folder, 'mail'),
        from,
        log: () => undefined,
      }),
    written,
  ],
])('a mail for %s', (_, mailer, result) => {
  it('arrives with its recipient, subject, text and HTML', async () => {
    const one = mailer()
    await one.send(mail)
    one.close()
    expect(readMail(await result())).toEqual({ from, ...mail })
  })
})

it('writes mails only its own user can read, links in one piece, and says where', async () => {
  const lines: string[] = []
  const target = join(folder, 'closed')
  const log = (line: string) => lines.push(line)
  await new FolderMailer({ clock: systemClock, folder: target, from, log }).send(mail)
  const [name = ''] = await readdir(target)
  expect((await stat(target)).mode & 0o777).toBe(0o700)
  expect((await stat(join(target, name))).mode & 0o777).toBe(0o600)
  expect(await readFile(join(target, name), 'utf8')).toContain(`\r\n${link}\r\n`)
  expect(lines).toEqual([expect.stringContaining(join(target, name))])
})

describe('the queue', () => {
  const queue = (pauses: readonly number[], errors: unknown[] = []) =>
    new MailQueue({
      mailer: new SmtpMailer({ url: server.url, from }),
      onError: (error) => errors.push(error),
      pauses,
    })
  const to = (address: string) => async () => ({ ...mail, to: address })
  const arrived = () => server.received.map(({ recipients }) => recipients[0])

  it('tries again where the server has no time', async () => {
    server.refuse(451, 2)
    const errors: unknown[] = []
    const one = queue([1, 1, 1], errors)
    one.add(to('later@example.org'))
    await vi.waitFor(() => expect(arrived()).toContain('later@example.org'))
    await one.close()
    expect(errors).toEqual([])
  })

  it('gives a mail up that the server will never take, and goes on with the next', async () => {
    server.refuse(550, 1)
    const errors: unknown[] = []
    const one = queue([1, 1, 1], errors)
    one.add(to('never@example.org'))
    await vi.waitFor(() => expect(errors).toMatchObject([{ responseCode: 550 }]))
    one.add(to('next@example.org'))
    await vi.waitFor(() => expect(arrived()).toContain('next@example.org'))
    await one.close()
    expect(arrived()).not.toContain('never@example.org')
  })

  it('says so once all attempts have failed', async () => {
    server.refuse(451, 100)
    const errors: unknown[] = []
    const one = queue([1, 1], errors)
    one.add(to('lost@example.org'))
    await vi.waitFor(() => expect(errors).toMatchObject([{ responseCode: 451 }]))
    await one.close()
  })

  it('stops with what waits for another attempt', async () => {
    server.refuse(451, 100)
    const one = queue([60_000])
    one.add(to('waits@example.org'))
    await once(server.events, 'refused')
    await one.close()
    server.accept()
    expect(arrived()).not.toContain('waits@example.org')
  })

  it('holds no more than so many, and says what it drops', async () => {
    const errors: unknown[] = []
    const one = queue([], errors)
    let go = (): void => undefined
    const gate = new Promise<undefined>((resolve) => (go = () => resolve(undefined)))
    for (let n = 0; n < 1003; n++) one.add(() => gate)
    expect(errors).toHaveLength(3)
    go()
    await one.close()
  })
})
