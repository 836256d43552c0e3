import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { relativeLinks } from './markdown-links.ts'
import { readRepositoryFile, repositoryFiles, repositoryRoot } from './repository-files.ts'

it('every relative link in a Markdown file leads to a file or folder', () => {
  const broken = repositoryFiles()
    .filter(file => file.endsWith('.md'))
    .flatMap(file =>
      relativeLinks(readRepositoryFile(file))
        .filter(target => !existsSync(join(repositoryRoot, dirname(file), decodeURIComponent(target))))
        .map(target => `${file}: there is no ${target}`),
    )
  expect(broken).toEqual([])
})

it('links are found in prose and not in code', () => {
  const text =
    '[a](a.md#x) [w](https://example.com) [h](#h) `[c](c.md)`\n\n```\n[d](d.md)\n```\n\n[e]: e.md\n![f](f.svg "title")\n'
  expect(relativeLinks(text)).toEqual(['a.md', 'f.svg', 'e.md'])
})
