/** What can be open above the page from everywhere. */
export type Overlay = 'switcher' | 'help' | 'create'
