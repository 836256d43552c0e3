/** Reads `match-browser`. */

import { browserClasses, type BrowserClass } from './browser-class.ts'
import { commaList } from './comma-list.ts'
import { invalid, parsed, quoted, type Parsed } from './parsed.ts'

/** Browser classes separated by commas, any of which matches; case does not matter. */
export const parseBrowsers = (text: string): Parsed<readonly BrowserClass[]> => {
  const classes = new Set<BrowserClass>()
  for (const written of commaList(text)) {
    const found = browserClasses.find(name => name === written.toLowerCase())
    if (found === undefined)
      return invalid(`${quoted(written)} is not a kind of browser; write some of ${browserClasses.join(', ')}`)
    classes.add(found)
  }
  return classes.size === 0
    ? invalid(`no kind of browser is named; write some of ${browserClasses.join(', ')}`)
    : parsed([...classes])
}
