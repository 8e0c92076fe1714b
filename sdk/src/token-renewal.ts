import type { SessionKeeper } from './session-keeper.ts'
import type { Socket } from './socket.ts'

/** A socket whose token runs out is closed (S5): gives it the next one ahead of time. */
export function keepTokenFresh(socket: Socket, keeper: SessionKeeper): void {
  const renew = async (): Promise<void> => {
    const token = await keeper.accessToken()
    await socket.send('token.renew', { token })
    schedule()
  }
  let timer: ReturnType<typeof setTimeout>
  const schedule = (): void => {
    // Where renewal fails, the server closes the socket with the code that says why.
    timer = setTimeout(() => void renew().catch(() => {}), Math.max(keeper.freshForMs, 1000))
  }
  schedule()
  void socket.closed.then(() => clearTimeout(timer))
}
