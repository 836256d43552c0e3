/** The smuggling corpus against the wire data plane, without exceptions. */

import { wireDataPlane } from '../src/index.ts'
import { answerCorpus } from './smuggling-corpus/answer-corpus.ts'
import { mutatedCorpus } from './smuggling-corpus/mutated-corpus.ts'
import { smugglingCorpus } from './smuggling-corpus/smuggling-corpus.ts'

smugglingCorpus(wireDataPlane)
answerCorpus(wireDataPlane)
mutatedCorpus(wireDataPlane)
