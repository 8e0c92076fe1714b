import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ErrorObject, ValidateFunction } from 'ajv'
import addFormatsModule from 'ajv-formats'
import type { TSchema } from 'typebox'
import type { Fault } from './error-codes.ts'
import { pointerTo } from './pointer.ts'
import { visibleCharacter } from './schema.ts'
import type { NamedSchema } from './schema.ts'
import { uuid } from './uuid.ts'

// The package is CommonJS: its default export arrives wrapped.
const addFormats = addFormatsModule.default

/** Returns the faults of a value, or undefined where it fits. */
export type Check = (value: unknown) => Fault[] | undefined

/**
 * Compiles schemas into checks, for both doors and the tests. Bodies and frames are never
 * coerced; path and query values are text, and their whole numbers are read (`?limit=10`).
 */
export class Validators {
  readonly #ajv: Ajv2020

  constructor(components: Iterable<NamedSchema>) {
    this.#ajv = new Ajv2020({
      // That our schemas follow JSON Schema is tested, not asked at every start.
      validateSchema: false,
      strict: true,
      strictTypes: false,
      allErrors: false,
      keywords: ['example'],
    })
    addFormats(this.#ajv)
    // ajv's own takes upper case, and `urn:uuid:`, which is no id to anyone.
    this.#ajv.addFormat('uuid', uuid)
    for (const schema of components) this.#ajv.addSchema(schema)
  }

  /** Compiled when it is first asked: most of a start would be compiling what nobody asks for. */
  strict(schema: TSchema): Check {
    let validate: ValidateFunction | undefined
    return (value) => {
      validate ??= compiled(this.#ajv, schema)
      return validate(value) ? undefined : (validate.errors ?? []).map(faultOf)
    }
  }

  /** For an object of texts: those that stand for whole numbers become numbers, in place. */
  coercing(schema: TSchema): Check {
    const check = this.strict(schema)
    const names = integersOf(schema)
    return (value) => {
      if (typeof value === 'object' && value !== null) for (const name of names) read(value, name)
      return check(value)
    }
  }
}

function integersOf(schema: TSchema): string[] {
  const properties = 'properties' in schema ? Object.entries(schema.properties ?? {}) : []
  return properties.filter(([, { type }]) => type === 'integer').map(([name]) => name)
}

/** Not ajv's coercion: it takes "1e999" for a number beyond every `maximum`, and "" or " " for 0. */
function read(texts: object, name: string): void {
  const text: unknown = Reflect.get(texts, name)
  if (typeof text !== 'string' || !/^-?\d{1,20}$/.test(text)) return
  Reflect.set(texts, name, Number(text))
}

/** A named schema is compiled where it was added: once. */
function compiled(ajv: Ajv2020, schema: TSchema): ValidateFunction {
  const name = '$id' in schema ? String(schema.$id) : undefined
  return (name === undefined ? undefined : ajv.getSchema(name)) ?? ajv.compile(schema)
}

function faultOf(error: ErrorObject): Fault {
  const { keyword, params, instancePath } = error
  if (keyword === 'additionalProperties') {
    const pointer = pointerTo(instancePath, String(params.additionalProperty))
    return { pointer, detail: 'is not known here' }
  }
  if (keyword === 'required') {
    return { pointer: pointerTo(instancePath, params.missingProperty), detail: 'is missing' }
  }
  if (keyword === 'format' && params.format === 'uuid') {
    return { pointer: instancePath, detail: 'must be a UUID in lower case' }
  }
  if (keyword === 'pattern' && params.pattern === visibleCharacter) {
    return { pointer: instancePath, detail: 'must hold a character that shows' }
  }
  return { pointer: instancePath, detail: error.message ?? 'does not fit' }
}
