import { expect, test } from 'vitest'
import { paths } from '../../web/src/router/routes.ts'
import { clientPaths } from '../src/http/pages.ts'

test('the server answers exactly the addresses that the web client knows', () => {
  expect(clientPaths.map((path) => path.replaceAll(/:\w+/g, '*'))).toEqual(paths)
})
