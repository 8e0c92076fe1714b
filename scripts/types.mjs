import { compile } from './compiler.mjs'

for (const project of [
  'sdk/tsconfig.json',
  'server/tsconfig.json',
  'web/tsconfig.json',
  'tsconfig.json',
]) {
  compile('--noEmit', '-p', project)
}
