import { expect, it } from 'vitest'
import { importSpecifiers } from './import-specifiers.ts'

it('finds value, type, side-effect, re-export and dynamic imports', () => {
  const source = [
    "import { a } from 'a'",
    "import type { B } from 'b'",
    "import 'c'",
    "export { d } from 'd'",
    'import {',
    '  e,',
    "} from 'e'",
    "const f = await import('f')",
  ].join('\n')
  expect(importSpecifiers(source)).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
})

it('does not mistake exported constants or commented code for imports', () => {
  const source = ["export const text = 'not-a-module'", "// import { x } from 'x'", " * import { y } from 'y'"].join(
    '\n',
  )
  expect(importSpecifiers(source)).toEqual([])
})
