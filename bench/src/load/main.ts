/** A process that holds the clients of a benchmark and does what its parent asks. */
import { Crowd } from './crowd.ts'
import type { Dialect } from './dialect.ts'
import { ejabberdDialect } from './dialect-ejabberd.ts'
import { parleyDialect } from './dialect-parley.ts'
import { socketIoDialect } from './dialect-socketio.ts'
import { Load } from './load.ts'
import type { DialectName, Request, RequestName, Requests, Response } from './requests.ts'

const dialects: Record<DialectName, Dialect> = {
  parley: parleyDialect,
  socketio: socketIoDialect,
  ejabberd: ejabberdDialect,
}

type Handlers = {
  [Name in RequestName]: (
    input: Requests[Name]['input'],
  ) => Promise<Requests[Name]['answer']> | Requests[Name]['answer']
}

function handlers(): Handlers {
  let dialect: Dialect = parleyDialect
  let crowd: Crowd | undefined
  let load: Load | undefined
  const opened = (): Crowd => {
    if (!crowd) throw new Error('no connections are open')
    return crowd
  }
  const started = (): Load => {
    if (!load) throw new Error('nothing was started')
    return load
  }
  return {
    async open({ dialect: name, members, returns, atOnce }) {
      dialect = dialects[name]
      crowd = new Crowd({
        dialect,
        members,
        returns,
        onAck: (member, bytes, start, end) => load?.onAck(member, bytes, start, end),
        onDelivery: (member, sender, number) => load?.onDelivery(member, sender, number),
        onLive: (member) => load?.onLive(member),
      })
      await crowd.open(atOnce)
      return undefined
    },
    start(spec) {
      load = new Load(opened(), dialect, spec)
      opened().begin(spec.run)
      load.start()
      return undefined
    },
    count({ restart }) {
      if (restart) load?.restartMeasuring()
      const { live, delivered } = opened()
      return { at: performance.now(), live, delivered, acked: load?.acked ?? 0 }
    },
    liveSince: () => opened().liveSince,
    async stop({ patienceMs }) {
      const { acks, deliveries, lateness } = started()
      const timings = {
        acks: acks.counts,
        deliveries: deliveries.counts,
        lateness: lateness.counts,
      }
      const totals = await started().stop(patienceMs)
      return { totals, unanswered: started().unanswered, timings }
    },
    verify: ({ totals, patienceMs }) => opened().verify(totals, patienceMs),
    close() {
      crowd?.close()
      crowd = undefined
      load = undefined
      return undefined
    },
  }
}

function serve(): void {
  const known = handlers()
  const answer = async ({ id, name, input }: Request): Promise<Response> => {
    try {
      // The parent's LoadProcess is typed by the same table.
      const handle = known[name] as (input: unknown) => unknown
      return { id, answer: await handle(input) }
    } catch (error) {
      return { id, error: error instanceof Error ? error.message : String(error) }
    }
  }
  process.on('message', (request: Request) => {
    void answer(request).then((response) => process.send?.(response))
  })
  // The parent is gone: nobody asks any more.
  process.on('disconnect', () => process.exit())
}

serve()
