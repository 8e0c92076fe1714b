import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MovableClock } from './movable-clock.ts'
import { startApp } from './start-app.ts'

type Started = Awaited<ReturnType<typeof startApp>>

// Each app has a bus of its own: what one tells is lost on the other.
describe('the end of a session, of which the bus loses the news', () => {
  const clock = new MovableClock()
  let first: Started
  let second: Started

  beforeAll(async () => {
    first = await startApp()
    second = await startApp({ databaseUrl: first.databaseUrl, clock })
  })
  afterAll(async () => {
    await second.close()
    await first.close()
  })

  it('P6 closes its sockets and refuses its token within 30 s, and leaves other sessions alone', async () => {
    const ben = await second.person('ben')
    const other = await second.person('other')
    const [ending, staying] = [await ben.openSocket(), await other.openSocket()]
    const token = ben.session?.accessToken ?? ''
    await first.client(ben.session).logout()
    const isOpen = ({ userId }: { userId: string }) =>
      second.app.hub.connectionsOf(userId).size === 1
    expect(isOpen(ben)).toBe(true)
    clock.advance(21_000)
    expect(await ending.closed).toMatchObject({ code: 4502 })
    const response = await fetch(`${second.url}/v1/users/me`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(response.status).toBe(401)
    expect(isOpen(other)).toBe(true)
    staying.close()
  })
})
