import type { FastifyInstance } from 'fastify'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { loggedServer } from '../../../test/logged-server.ts'
import { AppError } from '../../contract/error-codes.ts'
import { recovery } from './recovery.ts'

const secret = 'the-password-is-swordfish'

function recoveringServer() {
  const { server, log } = loggedServer('warn')
  recovery()(server)
  return { server, log }
}

/** What a route or a hook of its own can do wrong. */
const faults: Record<string, (server: FastifyInstance) => void> = {
  'a handler that throws': (server) => {
    server.get('/', () => {
      throw new Error(secret)
    })
  },
  'a handler that rejects': (server) => {
    server.get('/', async () => {
      throw new Error(secret)
    })
  },
  'a handler that throws later, on a tick of its own': (server) => {
    server.get('/', async () => {
      await new Promise((resolve) => setImmediate(resolve))
      throw new TypeError(secret)
    })
  },
  'an error whose causes go in a circle': (server) => {
    const error = new Error(secret)
    error.cause = error
    server.get('/', async () => {
      throw error
    })
  },
  'an error that says it is fine': (server) => {
    server.get('/', async () => {
      throw Object.assign(new Error(secret), { statusCode: 200 })
    })
  },
  'an error with a status that is none': (server) => {
    server.get('/', async () => {
      throw Object.assign(new Error(secret), { statusCode: 'teapot' })
    })
  },
  'an error that names our code without being ours': (server) => {
    server.get('/', async () => {
      throw { code: 'forbidden', status: 403, message: secret }
    })
  },
  'a text': (server) => {
    server.get('/', async () => {
      throw secret
    })
  },
  undefined: (server) => {
    server.get('/', async () => {
      throw undefined
    })
  },
  null: (server) => {
    server.get('/', () => {
      throw null
    })
  },
  'a number': (server) => {
    server.get('/', async () => {
      throw 404
    })
  },
  'a hook before the body': (server) => {
    server.get('/', { onRequest: async () => Promise.reject(new Error(secret)) }, async () => ({}))
  },
  'a hook before validation': (server) => {
    server.get('/', { preValidation: () => Promise.reject(new Error(secret)) }, async () => ({}))
  },
  'a hook before the handler': (server) => {
    server.get('/', { preHandler: (_, __, done) => done(new Error(secret)) }, async () => ({}))
  },
  'a hook before serialising': (server) => {
    const preSerialization = async () => Promise.reject(new Error(secret))
    server.get('/', { preSerialization }, async () => ({}))
  },
  'a validator': (server) => {
    const validatorCompiler = () => () => {
      throw new Error(secret)
    }
    server.get('/', { schema: { querystring: {} }, validatorCompiler }, async () => ({}))
  },
  'an answer that does not fit its schema': (server) => {
    const schema = { type: 'object', required: ['id'], properties: { id: { type: 'string' } } }
    server.get('/', { schema: { response: { 200: schema } } }, async () => ({ secret }))
  },
  'an answer that cannot be written': (server) => {
    server.get('/', async () => ({ secret, number: 1n }))
  },
  'a stream that breaks before its first byte': (server) => {
    server.get('/', async (_, reply) => {
      const read = function (this: Readable) {
        this.destroy(new Error(secret))
      }
      return reply.send(new Readable({ read }))
    })
  },
}

describe('a 500 with a request id, and nothing of what is inside, for', () => {
  it.each(Object.entries(faults))('%s', async (_, fault) => {
    const { server, log } = recoveringServer()
    fault(server)
    server.get('/healthy', async () => 'yes')
    const { statusCode, headers, body } = await server.inject('/')
    expect(statusCode).toBe(500)
    expect(headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(JSON.parse(body)).toEqual({
      type: 'urn:parley:problem:internal',
      title: 'Internal error',
      status: 500,
      code: 'internal',
      requestId: 'an-id',
      detail:
        'unable to answer the request; something went wrong on the server; the request id names it in the log',
    })
    expect(body + JSON.stringify(headers)).not.toContain(secret)
    expect(JSON.parse(log().split('\n')[0] ?? '')).toMatchObject({
      level: 'error',
      msg: 'request failed',
      requestId: 'an-id',
      err: expect.anything(),
    })
    expect((await server.inject('/healthy')).body).toBe('yes')
  })
})

describe('what is known is told by its code:', () => {
  it('the refusals of a service, with what is wrong and how long to wait', async () => {
    const { server, log } = recoveringServer()
    server.get('/', { config: { operation: 'send message' } }, async () => {
      const errors = [{ pointer: '/text', detail: 'is too long' }]
      throw new AppError('overloaded', { errors, retryAfterMs: 1500, cause: new Error(secret) })
    })
    const answer = await server.inject('/')
    expect(answer.statusCode).toBe(503)
    expect(answer.headers['retry-after']).toBe('2')
    expect(answer.json()).toMatchObject({
      code: 'overloaded',
      retryAfterMs: 1500,
      errors: [{ pointer: '/text' }],
      detail: expect.stringMatching(/^unable to send message; /),
    })
    expect(answer.body).not.toContain(secret)
    expect(log()).toContain(secret) // whoever is called at night needs it
  })

  it('those of a client are not logged as failures', async () => {
    const { server, log } = recoveringServer()
    server.get('/', async () => {
      throw new AppError('forbidden')
    })
    expect((await server.inject('/')).json().code).toBe('forbidden')
    expect(log()).toBe('')
  })

  it('P7 those under load are not either, but for what caused them', async () => {
    const { server, log } = recoveringServer()
    server.get('/', async () => {
      throw new AppError('overloaded', { retryAfterMs: 1500 })
    })
    expect((await server.inject('/')).statusCode).toBe(503)
    expect(log()).toBe('')
  })

  it('those of the framework by their status', async () => {
    const known = {
      400: 'invalid_request',
      404: 'not_found',
      413: 'payload_too_large',
      415: 'unsupported_media_type',
      418: 'invalid_request',
      503: 'unavailable',
      501: 'internal',
    }
    for (const [statusCode, code] of Object.entries(known)) {
      const { server } = recoveringServer()
      server.get('/', async () => {
        throw Object.assign(new Error(secret), { statusCode: Number(statusCode) })
      })
      const answer = await server.inject('/')
      expect(answer.json().code).toBe(code)
      expect(answer.body).not.toContain(secret)
    }
  })

  it('an address without a route', async () => {
    const { server } = recoveringServer()
    const answer = await server.inject({ method: 'PATCH', path: '/nothing' })
    expect(answer.statusCode).toBe(404)
    expect(answer.json()).toMatchObject({ code: 'not_found', requestId: 'an-id' })
  })
})

it('an answer that breaks off ends its connection, not the process', async () => {
  const { server } = recoveringServer()
  let breakOff = (): void => {}
  const broken = new Promise<void>((resolve) => (breakOff = resolve))
  server.get('/', async (_, reply) => {
    const pieces = async function* () {
      yield 'the beginning'
      await broken
      throw new Error('broken in the middle')
    }
    return reply.send(Readable.from(pieces()))
  })
  const url = await server.listen()
  const answer = await fetch(url)
  expect(answer.status).toBe(200)
  breakOff()
  await expect(answer.text()).rejects.toThrow()
  expect((await fetch(`${url}/nothing`)).status).toBe(404)
  await server.close()
})
