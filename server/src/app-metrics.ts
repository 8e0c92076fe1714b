/** What `/metrics` shows of a node: read from the parts that count it, when it is asked for. */
import type { Auth } from './auth/auth.ts'
import type { Chat } from './chat/chat.ts'
import type { Bus } from './infra/bus.ts'
import type { BusLag } from './infra/bus-lag.ts'
import type { Database } from './infra/db.ts'
import type { Metrics, Sample } from './infra/metrics.ts'
import type { Hub } from './realtime/hub.ts'
import type { createSockets } from './realtime/sockets.ts'

interface MeteredParts {
  metrics: Metrics
  db: Database
  bus: Bus
  busLag: BusLag
  hub: Hub
  chat: Chat
  auth: Auth
  sockets: ReturnType<typeof createSockets>
}

/** Registers every metric of the node's parts; once an app. */
export function meter(parts: MeteredParts): void {
  meterSockets(parts)
  meterDelivery(parts)
  meterMessages(parts)
  meterWaiting(parts)
}

function meterSockets({ metrics, sockets: { gateway, dispatcher } }: MeteredParts): void {
  const { counts } = gateway
  metrics.gauge({
    name: 'parley_connections',
    help: 'Open sockets, by how far their hello has come.',
    labels: ['state'],
    read: () => samples('state', gateway.states),
  })
  metrics.counter({
    name: 'parley_sockets_opened_total',
    help: 'Sockets opened.',
    read: () => counts.opened,
  })
  metrics.counter({
    name: 'parley_sockets_closed_total',
    help: 'Sockets closed, by close code; 4008: cut because they read too slowly.',
    labels: ['code'],
    read: () => samples('code', counts.closed),
  })
  metrics.counter({
    name: 'parley_frames_received_total',
    help: 'Frames that came from clients.',
    read: () => counts.framesReceived,
  })
  metrics.counter({
    name: 'parley_frames_sent_total',
    help: 'Frames written to sockets: events, replies and heartbeats.',
    read: () => counts.framesSent,
  })
  metrics.counter({
    name: 'parley_commands_total',
    help: 'Commands of sockets, by type and by ok or the code of their error.',
    labels: ['type', 'result'],
    read: () =>
      [...dispatcher.counts].map(({ type, outcome, count }) => [{ type, result: outcome }, count]),
  })
}

function meterDelivery({ metrics, bus, busLag, hub, chat, sockets }: MeteredParts): void {
  metrics.counter({
    name: 'parley_deliveries_total',
    help: 'Log entries given to sockets, live or replayed.',
    read: () => sockets.gateway.counts.deliveries,
  })
  metrics.counter({
    name: 'parley_replayed_entries_total',
    help: 'Log entries read for one socket that had missed them.',
    read: () => hub.topics.replayed,
  })
  metrics.counter({
    name: 'parley_resets_total',
    help: 'Rooms that a returning client had to fetch anew.',
    read: () => chat.greetings.resets,
  })
  metrics.counter({
    name: 'parley_hub_holes_healed_total',
    help: 'Holes that the bus left and the log filled.',
    read: () => hub.topics.healed,
  })
  metrics.gauge({
    name: 'parley_bus_up',
    help: '1 while news between nodes flow.',
    together: 'min',
    read: () => Number(bus.isUp),
  })
  metrics.gauge({
    name: 'parley_bus_lag_seconds',
    help: 'From publishing a beat to receiving it; grows while none comes back.',
    together: 'max',
    read: () => busLag.seconds,
  })
}

function meterMessages({ metrics, chat: { store } }: MeteredParts): void {
  metrics.add(store.batchSizes, store.flushTimes)
  metrics.gauge({
    name: 'parley_message_queue_length',
    help: 'Messages that wait for their transaction.',
    read: () => store.waiting,
  })
  metrics.gauge({
    name: 'parley_message_queue_oldest_seconds',
    help: 'For how long the oldest of them has waited; past 5 s they are refused.',
    together: 'max',
    read: () => store.waitedMs / 1000,
  })
}

function meterWaiting({ metrics, db, auth: { hasher } }: MeteredParts): void {
  metrics.gauge({
    name: 'parley_password_queue_length',
    help: 'Password hashes that wait for a thread.',
    read: () => hasher.waiting,
  })
  metrics.counter({
    name: 'parley_password_hashes_refused_total',
    help: 'Password hashes refused because too many waited.',
    read: () => hasher.refused,
  })
  metrics.gauge({
    name: 'parley_db_pool_connections',
    help: 'Open connections of the pool.',
    read: () => db.pool.size,
  })
  metrics.gauge({
    name: 'parley_db_pool_idle_connections',
    help: 'Those of them with nothing to do.',
    read: () => db.pool.idle,
  })
  metrics.gauge({
    name: 'parley_db_pool_waiting',
    help: 'Queries and transactions that wait for a connection of the pool.',
    read: () => db.pool.waiting,
  })
}

function samples(label: string, values: ReadonlyMap<string, number>): Sample[] {
  return [...values].map(([key, value]) => [{ [label]: key }, value])
}
