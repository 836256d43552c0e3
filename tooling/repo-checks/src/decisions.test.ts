import { expect, it } from 'vitest'
import { readRepositoryFile, repositoryFiles } from './repository-files.ts'

const decisions = repositoryFiles().filter(file => /^docs\/adr\/\d/u.test(file))
const sections = ['Status', 'Context', 'Decision', 'Consequences', 'Alternatives']

it('decision records are numbered without gaps', () => {
  const numbers = decisions.map(file => Number(/(?<number>\d{4})-[a-z0-9-]+\.md$/u.exec(file)?.groups?.['number']))
  expect(numbers).toEqual(numbers.map((_, index) => index + 1))
})

it.each(decisions)('%s has every section and fits on a page', file => {
  const text = readRepositoryFile(file)
  expect(sections.filter(section => !text.includes(`## ${section}`))).toEqual([])
  expect(text.split('\n').length).toBeLessThanOrEqual(60)
})
