import { OtherWays } from './other-ways.tsx'

/** Where no passwords are taken: the first sign-in with a provider makes the account. */
export function FirstTime({ invitation }: { invitation?: string }) {
  return (
    <>
      <h1>Create an account</h1>
      <p>Your first sign-in makes it.</p>
      <OtherWays newcomer={{ invitation }} />
      <p class="others">
        <a href="/sign-in">I have an account</a>
      </p>
    </>
  )
}
