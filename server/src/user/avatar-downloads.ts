import type { FastifyInstance, FastifyReply } from 'fastify'
import { AppError } from '../contract/error-codes.ts'
import { uuid } from '../contract/uuid.ts'
import { avatarPath } from './avatar-address.ts'
import { avatarSizes } from './avatar-images.ts'
import type { AvatarSize } from './avatar-images.ts'
import type { Avatars, Picture } from './avatars.ts'

/** Where every `avatarUrl` leads: for `<img>`, which sends no token. Not a declared endpoint: those
 *  answer with JSON. */
export function avatarDownloads(avatars: Pick<Avatars, 'open'>) {
  return (server: FastifyInstance): void => {
    server.get<{ Params: { userId: string; name: string }; Querystring: { size?: unknown } }>(
      `${avatarPath}/:userId/:name`,
      { config: { operation: 'read avatar', access: 'public', limit: 'files' } },
      async ({ params: { userId, name }, query, headers }, reply) => {
        if (!uuid.test(userId) || !names.test(name)) throw new AppError('not_found')
        const size = sizeOf(query.size)
        const tag = `"${name}-${size}"`
        guard(reply)
        // An address never means another picture: whoever has it need not be told again.
        if (headers['if-none-match']?.includes(tag)) return keep(reply, tag).status(304).send()
        const picture = await avatars.open(userId, name, size)
        if (picture.kind !== 'moved') return answer(reply, tag, picture)
        const to = query.size === undefined ? picture.to : `${picture.to}?size=${size}`
        return reply.header('cache-control', 'no-store').redirect(to, 302)
      },
    )
  }
}

const names = /^([0-9a-f]{16}|[0-9a-f]{32})$/

function sizeOf(value: unknown): AvatarSize {
  const found = avatarSizes.find((size) => value === undefined || value === String(size))
  if (found !== undefined) return found
  const errors = [{ pointer: '/size', detail: `must be one of ${avatarSizes.join(', ')}` }]
  throw new AppError('invalid_request', { errors })
}

/** Whatever the bytes are, they are a picture on a page and nothing else. Pages of other origins
 *  may show it: they cannot read it. */
function guard(reply: FastifyReply): void {
  reply.header('content-security-policy', "default-src 'none'; sandbox")
  reply.header('x-content-type-options', 'nosniff')
  reply.header('cross-origin-resource-policy', 'cross-origin')
}

function keep(reply: FastifyReply, tag: string): FastifyReply {
  return reply.header('cache-control', 'public, max-age=31536000, immutable').header('etag', tag)
}

function answer(
  reply: FastifyReply,
  tag: string,
  picture: Exclude<Picture, { kind: 'moved' }>,
): FastifyReply {
  if (picture.kind === 'stored') {
    keep(reply, tag).header('content-disposition', 'inline; filename="avatar.webp"')
    return reply.type('image/webp').send(picture.content)
  }
  if (picture.isLasting) keep(reply, tag)
  else reply.header('cache-control', 'no-store')
  // An <img> does not ask; opened by itself, SVG is saved, not shown.
  reply.header('content-disposition', 'attachment; filename="avatar.svg"')
  return reply.type('image/svg+xml').send(picture.content)
}
