import type { Reply } from './socket.ts'

export interface Asked {
  url: string
  method: string
  path: string
  token?: string
  body?: object
}

const timeoutMs = 20_000

/** One HTTP request; null where no answer came, or none of Parley's. */
export async function request({ url, method, path, token, body }: Asked): Promise<Reply | null> {
  try {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    const text = await response.text()
    const data: unknown = text === '' ? null : JSON.parse(text)
    if (response.ok) return { ok: true, data }
    const code = typeof data === 'object' && data !== null && 'code' in data ? data.code : null
    return typeof code === 'string' ? { ok: false, code } : null
  } catch {
    return null
  }
}
