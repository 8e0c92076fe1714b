import { useState } from 'preact/hooks'
import { useParley } from '../state/parley.ts'
import { TokenList } from '../tokens/token-list.tsx'
import { ownTokens } from '../tokens/token-source.ts'

/** Tokens for programs that act in one's name. */
export function TokensSettings() {
  const { client } = useParley()
  const [source] = useState(() => ownTokens(client))
  return (
    <TokenList
      source={source}
      about="For programs that act in your name. Each may do what you choose, and never what needs you to sign in."
    />
  )
}
