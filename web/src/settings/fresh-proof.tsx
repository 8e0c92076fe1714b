import { useLoaded } from '../state/loaded.ts'
import { useParley } from '../state/parley.ts'
import { Failure, SkeletonRows } from '../ui/page-list.tsx'
import { CodeField, PasswordField } from './two-factor/code-field.tsx'

/** Asks once more who one is, as the server will: for a code where two-factor is on, else for the
 *  password, where there is one. */
export function FreshProof() {
  const { client } = useParley()
  const { value, error, reload } = useLoaded(async () => {
    const { data } = await client.http.GET('/v1/auth/two-factor')
    return data
  })
  if (value) return value.enabled ? <CodeField /> : <PasswordField />
  return error ? <Failure error={error} onRetry={reload} /> : <SkeletonRows count={1} />
}

/** What was given of it. */
export function proofIn({ currentPassword = '', code = '' }: Record<string, string>) {
  return {
    ...(currentPassword && { currentPassword }),
    ...(code && { code: code.trim() }),
  }
}
