import cluster from 'node:cluster'
import type { Worker } from 'node:cluster'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { MetricsSum } from '../infra/metrics-sum.ts'
import type { FromParent, FromWorker, StartOrder } from './messages.ts'

interface WorkerPoolDeps {
  size: number
  databaseUrl: string
  logger: Logger
}

type OfTheStart = { kind: 'listening' | 'failed' }

interface Launched {
  worker: Worker
  /** Where it listens; rejects with its sentence where it cannot start. */
  listening: Promise<string>
  /** How it ended, once it has. */
  ended: Promise<string>
}

/** A worker that lived this long was well: its end starts no pause before the next. */
const steadyMs = 10_000
const longestPauseMs = 30_000
/** A worker ends by itself before; one that hangs must not keep the database from its shutdown. */
const killAfterMs = 22_000

/** Processes that share one port, each a node of its own; one that dies is started again. */
export class WorkerPool {
  readonly #deps: WorkerPoolDeps
  readonly #live = new Map<number, Launched>()
  readonly #stopping = new AbortController()
  readonly #metrics: MetricsSum
  #places: Promise<void>[] = []
  #restarts = 0
  /** The worker that runs the jobs; another one does when it has ended. */
  #jobsAt: number | undefined

  constructor(deps: WorkerPoolDeps) {
    this.#deps = deps
    this.#metrics = new MetricsSum({ ask: () => this.#askAll() })
    this.#metrics.own.gauge({
      name: 'parley_workers',
      help: 'Worker processes that run.',
      read: () => this.#live.size,
    })
    this.#metrics.own.counter({
      name: 'parley_worker_restarts_total',
      help: 'Workers that died and were started again.',
      read: () => this.#restarts,
    })
    process.on('unhandledRejection', () => this.#metrics.own.unhandledRejections.inc())
    cluster.schedulingPolicy = cluster.SCHED_RR
    cluster.setupPrimary({ serialization: 'advanced' })
  }

  /** Resolves with the address once all of them listen; rejects with the sentence of the first that cannot. */
  async start(): Promise<string> {
    const first = Array.from({ length: this.#deps.size }, () => this.#launch())
    for (const { listening } of first) listening.catch(() => undefined) // the first is told below
    const [url = ''] = await Promise.all(first.map(({ listening }) => listening))
    this.#places = first.map((launched) => this.#keepRunning(launched))
    return url
  }

  /** Drains all of them at once; resolves when all have ended, rejects where one did so otherwise. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    const kill = setTimeout(() => {
      for (const { worker } of this.#live.values()) worker.process.kill('SIGKILL')
    }, killAfterMs)
    const live = [...this.#live.values()]
    for (const { worker } of live) tell(worker, { kind: 'drain' })
    const reasons = await Promise.all(live.map(({ ended }) => ended))
    await Promise.all(this.#places)
    clearTimeout(kill)
    if (this.#places.length === 0) return // they never served anybody
    const unclean = reasons.filter((reason) => reason !== 'exit code 0')
    if (unclean.length > 0) throw new Error(`a worker was not drained (${unclean.join(', ')})`)
  }

  /** Until stop(): one worker after the other. */
  async #keepRunning(first: Launched): Promise<void> {
    const { signal } = this.#stopping
    let launched = first
    let startedAt = Date.now()
    for (let failures = 0; ; failures += 1) {
      const reason = await launched.ended
      if (signal.aborted) return
      if (Date.now() - startedAt > steadyMs) failures = 0
      const pauseMs = failures === 0 ? 0 : Math.min(1000 * 2 ** (failures - 1), longestPauseMs)
      const when = pauseMs === 0 ? 'at once' : `in ${pauseMs / 1000} s`
      this.#deps.logger.error(
        `${nameOf(launched.worker)} ended (${reason}); another starts ${when}`,
      )
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) return
      this.#restarts += 1
      launched = this.#launch()
      launched.listening.catch(() => undefined) // its end says why
      startedAt = Date.now()
    }
  }

  #launch(): Launched {
    const { logger } = this.#deps
    const worker = cluster.fork()
    let sentence: string | undefined
    const ended = endOf(worker).then((reason) => {
      this.#live.delete(worker.id)
      this.#metrics.forget(worker.id)
      return sentence ?? reason
    })
    const listening = new Promise<string>((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'listening') {
          logger.info(`${nameOf(worker)} listens`)
          resolve(message.url)
        } else if (message.kind === 'failed') sentence = message.sentence
        else this.#hear(worker, message)
      })
      void ended.then((reason) =>
        reject(new Error(sentence ?? `unable to start a worker; it ended (${reason})`)),
      )
    })
    worker.on('error', (err) => logger.warn({ err }, 'unable to reach a worker'))
    const launched = { worker, listening, ended }
    this.#live.set(worker.id, launched)
    return launched
  }

  #hear(worker: Worker, message: Exclude<FromWorker, OfTheStart>): void {
    switch (message.kind) {
      case 'ready-for-order':
        return tell(worker, { kind: 'start', order: this.#orderFor(worker) })
      case 'snapshot':
        return this.#metrics.take(worker.id, message.snapshot)
      case 'metrics-wanted':
        return void this.#tellSum(worker, message.asked)
    }
  }

  #orderFor(worker: Worker): StartOrder {
    const { databaseUrl, logger } = this.#deps
    const runsJobs = this.#jobsAt === undefined || !this.#live.has(this.#jobsAt)
    if (runsJobs) {
      this.#jobsAt = worker.id
      logger.info(`${nameOf(worker)} removes what has run out, for all`)
    }
    return { databaseUrl, runsJobs }
  }

  async #tellSum(worker: Worker, asked: number): Promise<void> {
    const text = await this.#metrics.text()
    tell(worker, { kind: 'metrics', asked, text })
  }

  #askAll(): number[] {
    for (const { worker } of this.#live.values()) tell(worker, { kind: 'snapshot-wanted' })
    return [...this.#live.keys()]
  }
}

const nameOf = ({ process: { pid } }: Worker): string => `worker ${pid}`

/** What ended it: a signal, an exit code, or that there was never a process. */
function endOf(worker: Worker): Promise<string> {
  return new Promise((resolve) => {
    worker.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
    worker.once('error', (error) => {
      if (worker.process.pid === undefined) resolve(error.message)
    })
  })
}

/** A worker that is ending may have closed its channel: its end is handled where it is seen. */
function tell(worker: Worker, message: FromParent): void {
  if (worker.isConnected()) worker.send(message, () => undefined)
}
