/** What a `Host` header may hold, in lower case, where it means this address: proxies often name the
 *  port that goes without saying. */
export function hostFormsOf({ host, port, protocol }: URL): readonly string[] {
  if (port !== '') return [host]
  return [host, `${host}:${protocol === 'https:' ? 443 : 80}`]
}
