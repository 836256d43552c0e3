import { describe, expect, it } from 'vitest'
import { errorPage } from './error-page.ts'

describe('errorPage', () => {
  it.each([
    ['', 'html'],
    ['*/*', 'html'],
    ['text/html', 'html'],
    ['application/json', 'json'],
    ['application/problem+json', 'json'],
    ['application/json, */*', 'json'],
    ['text/html, application/json', 'html'],
    ['text/html;q=0.5, application/json;q=0.9', 'json'],
    ['application/json;q=0', 'html'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'html'],
  ])('for Accept %j is %s', (accept, kind) => {
    expect(errorPage(404, accept).contentType.includes(kind)).toBe(true)
  })

  it('has the status in its text, also for one without a name', () => {
    expect(errorPage(503, '').text).toContain('<h1>503 Service Unavailable</h1>')
    expect(JSON.parse(errorPage(599, 'application/json').text)).toEqual({ status: 599, error: 'Error' })
  })
})
