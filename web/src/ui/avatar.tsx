import type { UserSummary } from '@parley/client'
import { useState } from 'preact/hooks'

interface AvatarProps {
  user: Pick<UserSummary, 'id' | 'displayName' | 'avatarUrl'>
  size?: 'small' | 'medium' | 'large'
  /** Shows a dot where this is said. */
  online?: boolean
}

/** How many colours base.css has for people without a picture. */
const tints = 8

/** A person's picture, over her initials on a colour that stays hers. */
export function Avatar({ user, size = 'medium', online }: AvatarProps) {
  const [failed, setFailed] = useState<string | undefined>()
  const { avatarUrl } = user
  return (
    <span class={`avatar ${size}`} data-tint={tintOf(user.id)} aria-hidden="true">
      {initials(user.displayName)}
      {avatarUrl !== failed && (
        <img
          src={size === 'large' ? avatarUrl : `${avatarUrl}?size=64`}
          alt=""
          loading="lazy"
          decoding="async"
          onError={() => setFailed(avatarUrl)}
        />
      )}
      {online && <span class="dot" />}
    </span>
  )
}

export function initials(name: string): string {
  const words = name.split(/[\s._-]+/u).filter((word) => /[\p{L}\p{N}]/u.test(word))
  const letters = words.map((word) => /[\p{L}\p{N}]/u.exec(word)?.[0] ?? '')
  const shown = letters.length > 1 ? [letters[0], letters.at(-1)] : letters
  return shown.join('').toUpperCase() || '?'
}

function tintOf(id: string): number {
  let sum = 0
  for (const char of id) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 997
  return sum % tints
}
