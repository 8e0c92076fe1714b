import { connect } from 'node:net'
import type { Address } from '../load/line.ts'

/** Whether somebody listens there. */
export function accepts(address: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address)
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      resolve(true)
      socket.destroy()
    })
  })
}
