import { ParleyError } from './error.ts'

/** What this library needs of a WebSocket: the browser's, or `ws` in Node. */
export interface WebSocketLike {
  send(data: string): void
  close(code?: number, reason?: string): void
  addEventListener(type: 'open', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: 'close', listener: (event: { code: number; reason: string }) => void): void
  addEventListener(type: 'error', listener: (event: object) => void): void
}

export type WebSocketConstructor = new (url: string, protocols: string) => WebSocketLike

/** The given constructor, else the global one. ParleyError `no_websocket` where there is none. */
export function requireWebSocket(given: WebSocketConstructor | undefined): WebSocketConstructor {
  const found: WebSocketConstructor | undefined = given ?? globalThis.WebSocket
  // Node before 22 has no global WebSocket, whatever the library's types say.
  if (found) return found
  throw new ParleyError(
    'no_websocket',
    "unable to connect; there is no global WebSocket: `import { WebSocket } from 'ws'` and pass it in, `new ParleyClient({ url, WebSocket })`",
  )
}

/** http://host/base → ws://host/base/v1/socket */
export function socketUrl(baseUrl: string): string {
  return `${baseUrl.replace(/^http/, 'ws')}/v1/socket`
}
