/** Drawn on a 20 × 20 grid with strokes; the colour and size are those of the text around it. */
const shapes = {
  archive: 'M3 4h14v4H3zM4 8v8h12V8M8 11h4',
  arrowDown: 'M10 4v12M5 11l5 5 5-5',
  back: 'M12 4l-6 6 6 6',
  bell: 'M5 14V9a5 5 0 0 1 10 0v5l1 1H4zM8.5 17.5h3',
  block: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM5 5l10 10',
  check: 'M4 10.5l4 4 8-9',
  close: 'M5 5l10 10M15 5L5 15',
  copy: 'M7 7h9v9H7zM4 13V4h9',
  device: 'M4 4h12v9H4zM2.5 16h15',
  edit: 'M4 16l1-4 8-8 3 3-8 8zM11.5 5.5l3 3',
  hash: 'M8 3L6 17M14 3l-2 14M3.5 7.5h13M3.5 12.5h13',
  key: 'M12.5 3.5a4 4 0 1 1-3.4 6.1L3.5 15v2H6v-2h2v-2l2-2',
  link: 'M8.5 11.5a3 3 0 0 0 4.2 0l2.8-2.8a3 3 0 0 0-4.2-4.2l-1 1M11.5 8.5a3 3 0 0 0-4.2 0l-2.8 2.8a3 3 0 0 0 4.2 4.2l1-1',
  lock: 'M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9',
  more: 'M4.5 10a.5.5 0 1 0 1 0 .5.5 0 1 0-1 0M9.5 10a.5.5 0 1 0 1 0 .5.5 0 1 0-1 0M14.5 10a.5.5 0 1 0 1 0 .5.5 0 1 0-1 0',
  people:
    'M7.5 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 17c0-3 2.5-4.5 5.5-4.5S13 14 13 17M13 4.3a3 3 0 0 1 0 5.4M15 12.8c2 .6 3 2 3 4.2',
  person: 'M10 10a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM4 17c0-3 2.6-4.6 6-4.6s6 1.6 6 4.6',
  plus: 'M10 4v12M4 10h12',
  reply: 'M8 5L3.5 9.5 8 14M4 9.5h7c3.5 0 5.5 2 5.5 6',
  retry: 'M16 10a6 6 0 1 1-2-4.5M16 3v4h-4',
  search: 'M9 4a5 5 0 1 0 0 10A5 5 0 0 0 9 4zM13 13l4 4',
  send: 'M3.5 10l13-6-4 13-3-5.5zM9.5 11.5l7-7.5',
  settings: 'M3 6h7M14 6h3M3 14h3M10 14h7M12 4v4M8 12v4',
  shield: 'M10 3l6 2v5c0 4-3 6-6 7-3-1-6-3-6-7V5z',
  signOut: 'M8 4H4v12h4M9 10h8M14 7l3 3-3 3',
  smile: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM7.5 8h.01M12.5 8h.01M7 12c1.5 1.8 4.5 1.8 6 0',
  trash: 'M4 6h12M8 6V4h4v2M5.5 6l.7 11h7.6l.7-11',
} as const

export type IconName = keyof typeof shapes

/** Beside a text that says the same: it is hidden from screen readers. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={shapes[name]} />
    </svg>
  )
}
