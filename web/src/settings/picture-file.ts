/** What the server reads as a picture. */
export const acceptedPictures = ['image/jpeg', 'image/png', 'image/webp', 'image/gif']

const mostBytes = 5 * 1024 * 1024

/** Why the server would not take this file; nothing where it may. */
export function whyNotPicture({ type, size }: Pick<File, 'type' | 'size'>): string | undefined {
  if (!acceptedPictures.includes(type)) return 'This is no JPEG, PNG, WebP or GIF.'
  if (size > mostBytes) return 'This file is larger than 5 MB.'
  return undefined
}
