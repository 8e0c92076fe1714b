import { Writable } from 'node:stream'
import { expect, it, vi } from 'vitest'
import { createLogger } from '../src/infra/logger.ts'
import { startApp } from './start-app.ts'

it('the log says of each socket when it came and went, whose it was, and why it went', async () => {
  const lines: Record<string, unknown>[] = []
  const destination = new Writable({
    write: (line: Buffer, _, done) => {
      lines.push(JSON.parse(line.toString()) as Record<string, unknown>) // a line of JSON
      done()
    },
  })
  const logger = createLogger({ level: 'debug', format: 'json', destination })
  const started = await startApp({ logger })
  const ada = await started.person('ada')
  const [left, revoked] = [await ada.openSocket(), await started.client(ada.session).openSocket()]
  const ids = [left, revoked].map(({ ready }) => ready.connectionId)
  left.close()
  await left.closed
  await ada.logout()
  await revoked.closed
  const told = (msg: string) => lines.filter((line) => line['msg'] === msg)
  await vi.waitFor(() => expect(told('socket closed')).toHaveLength(2))
  expect(told('socket opened').map(({ connectionId }) => connectionId)).toEqual(ids)
  expect(told('socket closed')).toMatchObject([
    { level: 'info', connectionId: ids[0], userId: ada.userId, code: 1005 },
    { level: 'info', connectionId: ids[1], userId: ada.userId, code: 4502 },
  ])
  for (const { durationMs } of told('socket closed')) expect(durationMs).toBeGreaterThanOrEqual(0)
  expect(JSON.stringify(lines)).not.toContain(ada.session?.accessToken ?? 'signed in')
  await started.close()
})
