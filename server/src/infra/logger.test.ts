import { Writable } from 'node:stream'
import { DatabaseError } from 'pg'
import { describe, expect, it, vi } from 'vitest'
import { createLogger } from './logger.ts'
import type { LoggerOptions } from './logger.ts'

function recording(format: LoggerOptions['format']) {
  let written = ''
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written += chunk.toString()
      done()
    },
  })
  const logger = createLogger({ level: 'info', format, destination })
  return {
    logger,
    written: () => written,
    line: () => JSON.parse(written) as Record<string, unknown>,
  }
}

/** As pg makes it from what the server sends. */
function databaseError(message: string, code: string): DatabaseError {
  const error = new DatabaseError(message, message.length, 'error')
  return Object.assign(error, { code, detail: 'Key (email)=(anna@example.org) already exists.' })
}

describe('a line of the log', () => {
  it('is JSON with the level by name and the time in UTC', () => {
    const { logger, line } = recording('json')
    logger.info({ status: 200, durationMs: 1.5 }, 'request completed')
    expect(line()).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      status: 200,
      durationMs: 1.5,
      msg: 'request completed',
    })
  })

  it('keeps listed fields only, and names what it left out', () => {
    const { logger, written, line } = recording('json')
    logger.warn({ userId: 'u1', text: 'a secret', token: 'eyJ', seq: undefined }, 'odd')
    expect(line()).toMatchObject({ userId: 'u1', dropped: ['text', 'token'] })
    expect(written()).not.toMatch(/a secret|eyJ/)
  })

  it('tells an error with its causes and where it happened, in either form', async () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
    const { logger, line } = recording('json')
    logger.error({ err: new TypeError('it broke', { cause }) }, 'request failed')
    expect(line()).toMatchObject({
      err: {
        type: 'TypeError',
        message: 'it broke',
        stack: expect.stringContaining('logger.test.ts'),
        cause: { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' },
      },
    })
    const people = recording('pretty')
    people.logger.error({ err: new TypeError('it broke') }, 'request failed')
    await vi.waitFor(() => expect(people.written()).toContain('request failed'))
    expect(people.written()).toMatch(/ERROR.*request failed[^]*it broke[^]*logger\.test\.ts/)
  })

  it('holds nothing of what a person typed that PostgreSQL repeats in its errors', () => {
    const { logger, written } = recording('json')
    logger.error(
      { err: databaseError('invalid input syntax for type uuid: "my dog is "Rex""', '22P02') },
      'x',
    )
    logger.error({ err: databaseError('duplicate key … "users_email_key"', '23505') }, 'x')
    expect(written()).toContain('invalid input syntax for type uuid')
    expect(written()).toContain('users_email_key')
    expect(written()).not.toMatch(/Rex|anna@example/)
  })
})
