/**
 * The peer: a chat server as a good team writes it by hand with Socket.IO and PostgreSQL, after
 * Socket.IO's own documents. A token check in a middleware; the rooms joined from the membership
 * table at connect; a send is one INSERT that checks membership and returns the row, then emit to
 * the room, then the acknowledgement. WebSocket only, without compression, a pool of ten, prepared
 * statements: its best case, not its defaults. With REDIS_URL it is one of several nodes.
 */
import { createServer } from 'node:http'
import { createAdapter } from '@socket.io/redis-adapter'
import { Redis } from 'ioredis'
import { jwtVerify } from 'jose'
import { DatabaseError, Pool } from 'pg'
import { Server } from 'socket.io'
import type { DefaultEventsMap, Socket } from 'socket.io'

interface Author {
  id: string
  username: string
  displayName: string
}

interface Message {
  id: number
  room: string
  author: Author
  clientId: string
  text: string
  createdAt: Date
}

interface SendInput {
  room: string
  clientId: string
  text: string
}

type SendReply = { ok: true; message: Message } | { ok: false; error: string }

interface ClientEvents {
  send: (input: SendInput, reply: (answer: SendReply) => void) => void
}

interface ServerEvents {
  message: (message: Message) => void
  live: () => void
}

type ChatServer = Server<ClientEvents, ServerEvents, DefaultEventsMap, { author: Author }>
type ChatSocket = Socket<ClientEvents, ServerEvents, DefaultEventsMap, { author: Author }>

const { PORT, DATABASE_URL, REDIS_URL, TOKEN_SECRET = '' } = process.env
const secret = new TextEncoder().encode(TOKEN_SECRET)
const pool = new Pool({ connectionString: DATABASE_URL, max: 10 })
// An idle connection that dies is replaced by the pool.
pool.on('error', () => undefined)
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const maxText = 8000
const uniqueViolation = '23505'

const http = createServer((_, response) => response.end('ready'))
const io: ChatServer = new Server(http, {
  transports: ['websocket'],
  perMessageDeflate: false,
  serveClient: false,
})

if (REDIS_URL) {
  const publisher = new Redis(REDIS_URL)
  io.adapter(createAdapter(publisher, publisher.duplicate()))
}

io.use((socket, proceed) => void authenticate(socket).then(proceed))

io.on('connection', (socket) => {
  socket.on('send', (input, reply) => {
    send(socket, input).then(reply, (error: unknown) => {
      reply({ ok: false, error: error instanceof Error ? error.message : 'internal' })
    })
  })
  joinRooms(socket).then(
    () => socket.emit('live'),
    () => socket.disconnect(true),
  )
})

/** Notes who it is; the error to refuse the connection with, where nobody could be told. */
async function authenticate(socket: ChatSocket): Promise<Error | undefined> {
  try {
    const { payload } = await jwtVerify(String(socket.handshake.auth['token']), secret, {
      algorithms: ['HS256'],
    })
    const { rows } = await pool.query<Author>({
      name: 'author',
      text: 'select id, username, display_name as "displayName" from users where id = $1',
      values: [payload.sub],
    })
    if (!rows[0]) return new Error('unauthenticated')
    socket.data.author = rows[0]
    return undefined
  } catch {
    return new Error('unauthenticated')
  }
}

async function joinRooms(socket: ChatSocket): Promise<void> {
  const { rows } = await pool.query<{ room: string }>({
    name: 'rooms',
    text: 'select room_id as room from members where user_id = $1',
    values: [socket.data.author.id],
  })
  await socket.join(rows.map(({ room }) => room))
}

async function send(socket: ChatSocket, input: SendInput): Promise<SendReply> {
  const { room, clientId, text } = input
  const { author } = socket.data
  const valid =
    uuid.test(room) && uuid.test(clientId) && typeof text === 'string' && text.length <= maxText
  if (!valid || text.trim() === '') return { ok: false, error: 'invalid message' }
  const stored = await store(input, author.id)
  if (!stored) return { ok: false, error: 'not a member of this room' }
  const message: Message = { room, author, clientId, text, ...stored.row }
  if (!stored.repeated) io.to(room).emit('message', message)
  return { ok: true, message }
}

type Row = Pick<Message, 'id' | 'createdAt'>

/** The one INSERT; where this clientId is stored already, the row it made then. */
async function store(input: SendInput, userId: string) {
  const { room, clientId, text } = input
  try {
    const { rows } = await pool.query<Row>({
      name: 'send',
      text: `insert into messages (room_id, user_id, client_id, text)
        select room_id, user_id, $3, $4 from members where room_id = $1 and user_id = $2
        returning id::float8, created_at as "createdAt"`,
      values: [room, userId, clientId, text],
    })
    return rows[0] && { row: rows[0], repeated: false }
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== uniqueViolation) throw error
    const { rows } = await pool.query<Row>({
      name: 'stored',
      text: `select id::float8, created_at as "createdAt" from messages
        where user_id = $1 and client_id = $2`,
      values: [userId, clientId],
    })
    return rows[0] && { row: rows[0], repeated: true }
  }
}

http.listen(Number(PORT), '127.0.0.1')
process.once('SIGTERM', () => process.exit())
