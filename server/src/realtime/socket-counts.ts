import { closeCodes } from '../contract/close-codes.ts'

/** Codes below are the protocol's own (RFC 6455, 7.4.2); above, a client may send what it likes. */
const firstFreeCode = 3000
/** Closed by a client or by nobody: there from the start, so that the first one is seen to come. */
const usualLeaving = ['1000', '1001', '1005', '1006', 'other']

/** What the sockets of a node did since its start: plain fields, since some are counted hundreds
 *  of thousands of times a second. */
export class SocketCounts {
  opened = 0
  framesReceived = 0
  framesSent = 0
  /** Log entries given to sockets, live or replayed. */
  deliveries = 0
  readonly #closed = new Map(
    [...usualLeaving, ...Object.values(closeCodes).map(({ code }) => String(code))].map(
      (code): [string, number] => [code, 0],
    ),
  )

  /** Sockets by the code they were closed with. */
  get closed(): ReadonlyMap<string, number> {
    return this.#closed
  }

  /** This node closed it, with a code of S7. */
  countClosed(code: number): void {
    this.#count(String(code))
  }

  /** The client closed it, or the line broke (1006). */
  countLeft(code: number): void {
    this.#count(code < firstFreeCode ? String(code) : 'other')
  }

  #count(key: string): void {
    this.#closed.set(key, (this.#closed.get(key) ?? 0) + 1)
  }
}
