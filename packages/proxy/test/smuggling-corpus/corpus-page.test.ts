import { describe, expect, it } from 'vitest'
import { corpusPage } from './corpus-page.ts'
import { answerCases, requestCases } from './corpus.ts'
import { httpProxy3AnswerExceptions, httpProxy3Exceptions } from './http-proxy-3-exceptions.ts'

describe('the smuggling corpus', () => {
  it('has one case for each id', () => {
    const ids = [...requestCases, ...answerCases].map(({ id }) => id)
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([])
    expect(ids.filter(id => !/^(SMUG|COMP|MAL|NORM|COOK|RESP|RFC[0-9]+)[-_A-Z0-9.a-z]+$/.test(id))).toEqual([])
  })

  it('gives a reason for every exception', () => {
    const reasons = [...httpProxy3Exceptions.values(), ...httpProxy3AnswerExceptions.values()].map(
      ({ reason }) => reason,
    )
    expect(reasons.filter(reason => reason.length < 20)).toEqual([])
  })

  it('is what docs/smuggling-corpus.md says', async () => {
    await expect(corpusPage()).toMatchFileSnapshot('../../../../docs/smuggling-corpus.md')
  })
})
