/** What becomes of accounts: their owners' doing, and administrators'. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { awaitMail } from '../../server/test/mailbox.ts'
import { SoftwareAuthenticator } from '../../server/test/software-authenticator.ts'
import { startApp } from '../../server/test/start-app.ts'
import type { Started } from '../../server/test/start-app.ts'
import { sql } from '../../server/src/infra/sql.ts'
import { useBrowser } from './browser.ts'
import { newGroup, write } from './group.ts'

const { isThere, visitor, signedIn } = await useBrowser()

describe.skipIf(!isThere)('in a browser', { timeout: 90_000 }, () => {
  let app: Started
  beforeAll(async () => {
    app = await startApp()
  })
  afterAll(() => app.close())

  test('a new address is hers once the link in its mail is opened, in whichever browser', async () => {
    await app.person('olga')
    const olga = await signedIn(app.url, 'olga', { path: '/settings/account' })
    olga.excuse(/40[13] \((Unauthorized|Forbidden)\).*\/v1\/auth\/email$/)
    const address = 'olga@new.example.org'
    await olga.page.getByLabel('New address').fill(address)
    await olga.page.getByLabel('Your password').first().fill('not her password')
    const change = olga.page.getByRole('button', { name: 'Change the address' })
    await change.click()
    await olga.page.getByRole('alert').first().waitFor()
    await olga.page.getByLabel('Your password').first().fill('olga at parley')
    await change.click()
    await olga.page.getByText(`A link is on its way to ${address}`).waitFor()

    const { text } = await awaitMail(app.dataDir, address, /./)
    const { pathname, hash } = new URL(/http\S+#\S+/.exec(text)?.[0] ?? '')
    const elsewhere = await visitor(app.url)
    elsewhere.excuse(/4\d\d \(.*\/email-verification\/confirm/)
    await elsewhere.goTo(pathname + hash)
    await elsewhere.page.getByRole('button', { name: 'Confirm' }).dblclick()
    await elsewhere.page.getByText('your address is confirmed').waitFor()
    await olga.page.locator('.own-email').getByText(address).waitFor()
    await olga.page.locator('.own-email').getByText('Confirmed', { exact: true }).waitFor()
    const again = await elsewhere.newTab(pathname + hash)
    again.excuse(/4\d\d \(.*\/email-verification\/confirm/)
    await again.page.getByRole('button', { name: 'Confirm' }).click()
    await again.page.getByRole('alert').waitFor() // the link is good for one use
  })

  test('whoever has no password is not asked for one, and sets one by mail', async () => {
    await app.person('pia')
    const pia = await signedIn(app.url, 'pia', { path: '/settings/security' })
    await pia.page.getByLabel('Present password').waitFor()
    await app.app.db.query(sql`update users set password_hash = null where username = 'pia'`)
    await pia.page.reload()
    await pia.page.getByRole('button', { name: 'Set a password by mail' }).click()
    expect(await pia.page.getByLabel('Present password').count()).toBe(0)
    await pia.page.getByText('is on its way to pia@example.org').waitFor()
    const { text } = await awaitMail(app.dataDir, 'pia@example.org', /password/)
    expect(text).toMatch(/http\S+#\S+/)
  })

  test('an administrator removes the passkeys of a lost device, told before what is left to its owner', async () => {
    const tess = await app.person('tess')
    await app.person('uma')
    await app.app.services.administration.promote('uma')
    const { passkeys } = app.app.services.auth
    const device = new SoftwareAuthenticator('http://localhost:0') // as without PUBLIC_URL
    const credential = device.create(await passkeys.begin(tess.userId))
    await passkeys.add(tess.userId, { credential, name: 'telephone' })
    await app.app.db.query(sql`update users set password_hash = null where username = 'tess'`)
    const uma = await signedIn(app.url, 'uma', { path: '/admin/accounts' })
    await uma.page.getByLabel('Name, username or e-mail').fill('tess')
    await uma.page.getByRole('button', { name: 'tess' }).click()
    await uma.page.getByText('1 passkey', { exact: true }).waitFor()
    expect(await uma.page.getByRole('button', { name: 'Reset two-factor …' }).count()).toBe(0)
    await uma.page.getByRole('button', { name: 'Remove passkeys …' }).click()
    const dialog = uma.page.getByRole('dialog').last()
    await dialog.getByText('tess has no other way to sign in').waitFor()
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
    await uma.page.getByText('nothing', { exact: true }).waitFor()
    expect((await passkeys.list(tess.userId, {})).items).toEqual([])
    await awaitMail(app.dataDir, 'tess@example.org', /passkeys were removed/)
  })

  test('an administrator deletes an account by its name; what was said stays, its author is signed out', async () => {
    const { people, id, path } = await newGroup(app, 'Remains', 'rosa', 'sven')
    await app.app.services.administration.promote('rosa')
    await write(people[1], id, 'remember me')
    const sven = await signedIn(app.url, 'sven', { path })
    sven.excuse(/401 \(Unauthorized\)/)
    await sven.sees('remember me')
    const rosa = await signedIn(app.url, 'rosa', { path: '/admin/accounts' })
    await rosa.page.getByLabel('Name, username or e-mail').fill('sven')
    await rosa.page.getByRole('button', { name: 'sven' }).click()
    await rosa.page.getByRole('button', { name: 'Delete …' }).click()
    const dialog = rosa.page.getByRole('dialog').last()
    const typed = dialog.getByLabel('Type sven to go on')
    await typed.fill('rosa')
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
    expect(await dialog.isVisible()).toBe(true) // another name is not enough
    await typed.fill('sven')
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
    await sven.signInButton.waitFor()
    await rosa.page.getByRole('dialog').first().waitFor({ state: 'detached' })
    await rosa.goTo(path)
    await rosa.message('remember me').getByText('Deleted account').waitFor()
  })
})
