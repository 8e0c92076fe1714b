// Of @usebruno/lang, which brings no types: what gen-bruno.ts and its test use of it.
declare module '@usebruno/lang' {
  export interface BrunoVariable {
    name: string
    value: string
    enabled: boolean
    secret?: boolean
  }
  export interface BrunoParam {
    name: string
    value: string
    type: 'path' | 'query'
    enabled: boolean
  }
  export interface BrunoRequest {
    meta: { name: string; type: 'http'; seq: number }
    http: { method: string; url: string; body: string; auth: string }
    params?: BrunoParam[]
    body?: {
      json?: string
      multipartForm?: { name: string; type: string; value: string[] | string; enabled: boolean }[]
    }
    vars?: { res: (BrunoVariable & { local: boolean })[] }
    docs?: string
  }
  interface BrunoLang {
    jsonToBruV2: (request: BrunoRequest) => string
    bruToJsonV2: (text: string) => BrunoRequest
    envJsonToBruV2: (environment: { variables: BrunoVariable[] }) => string
    bruToEnvJsonV2: (text: string) => { variables: BrunoVariable[] }
    jsonToCollectionBru: (collection: object) => string
    collectionBruToJson: (text: string) => { auth?: object; docs?: string; meta?: object }
  }
  /** A CommonJS module: its exports come as one. */
  const lang: BrunoLang
  export default lang
}
