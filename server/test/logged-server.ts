import Fastify, { LogController } from 'fastify'
import type { FastifyBaseLogger } from 'fastify'
import { Writable } from 'node:stream'
import { createLogger } from '../src/infra/logger.ts'

/** A server as http/server.ts makes it, before its middleware, whose log is kept. */
export function loggedServer(level: 'info' | 'warn') {
  let log = ''
  const write = (line: Buffer, _: string, done: () => void): void => {
    log += line.toString()
    done()
  }
  const destination = new Writable({ write })
  const logger: FastifyBaseLogger = createLogger({ level, format: 'json', destination })
  const server = Fastify({
    loggerInstance: logger,
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'requestId',
    }),
    genReqId: () => 'an-id',
  })
  return {
    server,
    logger,
    log: () => log,
    lines: () => log.match(/.+/g)?.map((line): Record<string, unknown> => JSON.parse(line)) ?? [],
  }
}
