import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { tempFolder } from '../../test/servers/embedded.ts'
import { acquireLock } from './db-embedded-lock.ts'
import { findProcess } from './db-embedded-process.ts'

test('a lock has one owner until it is released', async () => {
  const path = join(await tempFolder(), 'lock')
  const first = await acquireLock(path)
  expect(first).not.toBeNull()
  expect(await acquireLock(path)).toBeNull()
  await first?.release()
  expect(await acquireLock(path)).not.toBeNull()
})

test('another living process keeps its lock', async () => {
  const path = join(await tempFolder(), 'lock')
  const other = spawn('sleep', ['60'])
  onTestFinished(() => void other.kill())
  await writeFile(path, JSON.stringify(await findProcess(other.pid ?? 0)))
  expect(await acquireLock(path)).toBeNull()
})

test.each([
  ['whose owner died', { pid: 4_194_305, birth: 'x' }],
  ['whose owner’s pid is another process now', { pid: process.pid, birth: 'x' }],
  ['that tells no owner', 'garbage'],
])('a lock %s is broken by exactly one of many', async (_, owner) => {
  const folder = await tempFolder()
  const path = join(folder, 'lock')
  await writeFile(path, JSON.stringify(owner))
  // Not all in step: some must find it dead, and come to break it when another has just done so.
  const late = async (ticks: number) => {
    for (let tick = 0; tick < ticks; tick += 1) await new Promise((next) => setImmediate(next))
    return acquireLock(path)
  }
  const locks = await Promise.all(Array.from({ length: 200 }, (_, index) => late(index % 40)))
  expect(locks.filter((lock) => lock !== null)).toHaveLength(1)
  expect(await readdir(folder)).toEqual(['lock'])
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(await findProcess(process.pid))
})

test('who died while breaking a lock stands in nobody’s way', async () => {
  const path = join(await tempFolder(), 'lock')
  const dead = JSON.stringify({ pid: 4_194_305, birth: 'x' })
  await Promise.all([writeFile(path, dead), writeFile(`${path}.breaking`, dead)])
  expect(await acquireLock(path)).not.toBeNull()
})

test('a zombie is dead: it holds nothing, though its pid can still be signalled', async () => {
  const zombieMaker = spawn('sh', ['-c', 'sleep 0.01 & echo $!; exec sleep 60'])
  onTestFinished(() => void zombieMaker.kill())
  const [said] = await once(zombieMaker.stdout, 'data')
  const pid = Number(String(said))
  while ((await findProcess(pid)) !== null) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(process.kill(pid, 0)).toBe(true)
})
