/** The smuggling corpus against the data plane over http-proxy-3, with the exceptions that node:http needs. */

import { httpProxy3DataPlane } from '../src/index.ts'
import { answerCorpus } from './smuggling-corpus/answer-corpus.ts'
import { httpProxy3AnswerExceptions, httpProxy3Exceptions } from './smuggling-corpus/http-proxy-3-exceptions.ts'
import { mutatedCorpus } from './smuggling-corpus/mutated-corpus.ts'
import { smugglingCorpus } from './smuggling-corpus/smuggling-corpus.ts'

smugglingCorpus(httpProxy3DataPlane, httpProxy3Exceptions)
answerCorpus(httpProxy3DataPlane, httpProxy3AnswerExceptions)
mutatedCorpus(httpProxy3DataPlane)
