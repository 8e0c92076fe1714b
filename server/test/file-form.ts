/** A multipart/form-data body with one file, as a browser sends it. */
export async function fileForm(
  content: Buffer | string,
  { field = 'file', name = 'me.png', type = 'image/png' } = {},
): Promise<{ headers: Record<string, string>; body: Buffer }> {
  const form = new FormData()
  form.append(field, new Blob([new Uint8Array(Buffer.from(content))], { type }), name)
  return formBody(form)
}

export async function formBody(
  form: FormData,
): Promise<{ headers: Record<string, string>; body: Buffer }> {
  const response = new Response(form)
  const headers = { 'content-type': response.headers.get('content-type') ?? '' }
  return { headers, body: Buffer.from(await response.arrayBuffer()) }
}
