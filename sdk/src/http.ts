import createClient from 'openapi-fetch'
import type { Client, ClientPathsWithMethod, FetchResponse, MaybeOptionalInit } from 'openapi-fetch'
import { ParleyError, errorOfResponse } from './error.ts'
import type { paths } from './generated/api.ts'
import type { SessionKeeper } from './session-keeper.ts'

export type Fetch = (request: Request) => Promise<Response>

type Media = `${string}/${string}`
type Verb = 'get' | 'post' | 'put' | 'patch' | 'delete'
type PathOf<V extends Verb> = ClientPathsWithMethod<Client<paths>, V>
type Arguments<I> = object extends I ? [init?: I] : [init: I]

/** What openapi-fetch answers, less its `error`: errors are thrown. */
interface Success<R extends { data?: unknown }> {
  data: NonNullable<R['data']>
  response: Response
}

type Call<V extends Verb> = <P extends PathOf<V>, I extends MaybeOptionalInit<paths[P], V>>(
  path: P,
  ...init: Arguments<I>
) => Promise<Success<FetchResponse<NonNullable<paths[P][V]>, I, Media>>>

/** One method for each HTTP verb, typed by the server's own document; errors are thrown. */
export interface Http {
  GET: Call<'get'>
  POST: Call<'post'>
  PUT: Call<'put'>
  PATCH: Call<'patch'>
  DELETE: Call<'delete'>
}

/** Calls the server's operations, typed by its document; `fetch` must throw as throwingFetch does. */
export function createHttp(baseUrl: string, fetch: Fetch): Http {
  // Sound because `fetch` throws for whatever is not a success.
  return createClient<paths>({ baseUrl, fetch }) as unknown as Http
}

/** Throws a ParleyError where the answer is not a success, or there is none. */
export function throwingFetch(fetch: Fetch): Fetch {
  return async (request) => {
    const response = await reach(fetch, request)
    if (!response.ok) throw await errorOfResponse(response)
    return response
  }
}

/** The same with the access token, renewed once where the server no longer takes it. */
export function signedFetch(fetch: Fetch, keeper: SessionKeeper): Fetch {
  const send = throwingFetch(fetch)
  return (request) =>
    keeper.withToken((token) => {
      const signed = request.clone() // the body of a request is good for one attempt
      signed.headers.set('authorization', `Bearer ${token}`)
      return send(signed)
    })
}

async function reach(fetch: Fetch, request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch (cause) {
    if (request.signal.aborted) throw cause
    throw new ParleyError('unreachable', 'unable to reach the server; the network failed', {
      cause,
    })
  }
}
