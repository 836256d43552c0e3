/** The smuggling corpus against the wire data plane behind TLS, where another reader feeds the parser. */

import { wireDataPlane } from '../src/index.ts'
import { smugglingCorpus } from './smuggling-corpus/smuggling-corpus.ts'

smugglingCorpus(wireDataPlane, new Map(), 'tls')
