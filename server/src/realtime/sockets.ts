import type { Server } from 'node:http'
import type { FastifyBaseLogger } from 'fastify'
import type { Authenticator } from '../contract/caller.ts'
import type { Command } from '../contract/frames.ts'
import type { Validators } from '../contract/validator.ts'
import type { Bus } from '../infra/bus.ts'
import type { Clock } from '../infra/clock.ts'
import type { EphemeralStore } from '../infra/ephemeral.ts'
import { Dispatcher } from './dispatcher.ts'
import { Gateway } from './gateway.ts'
import type { GatewayOptions } from './gateway.ts'
import type { Greeter } from './greeter.ts'
import { HelloCommands } from './hello.ts'
import type { Hub } from './hub.ts'
import { NodeBeats } from './node-beats.ts'
import { Presence } from './presence.ts'
import { watchCommand } from './presence-command.ts'
import { SessionCheck } from './session-check.ts'
import { StateCheck } from './state-check.ts'

export interface SocketsDeps {
  clock: Clock
  logger: FastifyBaseLogger
  hub: Hub
  bus: Bus
  leases: EphemeralStore
  authenticator: Authenticator
  greeter: Greeter
  /** Whose presence this person may see (E4). */
  visibleTo: (userId: string, others: readonly string[]) => Promise<string[]>
  /** A socket of this person has ended. */
  left: (userId: string) => void
  commands: readonly Command[]
  validators: Validators
  options: GatewayOptions
}

export type Sockets = ReturnType<typeof createSockets>

/** The socket door's objects, once each, in dependency order. */
export function createSockets({ commands, validators, options, ...deps }: SocketsDeps) {
  const { logger, hub, bus } = deps
  const presence = new Presence({ ...deps, store: deps.leases })
  const hello = new HelloCommands({ ...deps, presence })
  const connectionCommands = [...hello.list(), watchCommand(presence)]
  const dispatcher = new Dispatcher({ commands, connectionCommands, validators, logger })
  const gateway = new Gateway({ ...deps, presence, dispatcher, options })
  const stateCheck = new StateCheck(deps)
  const sessionCheck = new SessionCheck(deps)
  /** News of people may have been lost: asked now what is asked every 30 s otherwise. */
  const comparePeople = (): void => {
    stateCheck.checkAll()
    sessionCheck.checkAll()
  }
  const onGone = (): void => {
    hub.topics.checkAll()
    comparePeople()
  }
  const beats = new NodeBeats({ ...deps, onGone })
  return {
    gateway,
    dispatcher,
    presence,
    stateCheck,
    /** Takes the upgrades of this server from now on. */
    attach(server: Server): void {
      gateway.attach(server)
      stateCheck.start()
      sessionCheck.start()
      bus.onReturn(comparePeople)
      beats.start().catch((err: unknown) => logger.warn({ err }, 'unable to hear other nodes'))
      presence.start()
    },
    close(): void {
      beats.close()
      stateCheck.close()
      sessionCheck.close()
      presence.close()
      gateway.close()
    },
  }
}
