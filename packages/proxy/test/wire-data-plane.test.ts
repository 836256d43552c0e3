/** The contract that every data plane keeps, held against the one over the wire engine. */

import { wireDataPlane } from '../src/index.ts'
import { answerHeadersContract } from './data-plane-contract/answer-headers.ts'
import { backendFailuresContract } from './data-plane-contract/backend-failures.ts'
import { drainContract } from './data-plane-contract/drain.ts'
import { excessContract } from './data-plane-contract/excess.ts'
import { headersContract } from './data-plane-contract/headers.ts'
import { hostileBytesContract } from './data-plane-contract/hostile-bytes.ts'
import { refusalsContract } from './data-plane-contract/refusals.ts'
import { requestFramingContract } from './data-plane-contract/request-framing.ts'
import { retriesContract } from './data-plane-contract/retries.ts'
import { retryRulesContract } from './data-plane-contract/retry-rules.ts'
import { retryStatusesContract } from './data-plane-contract/retry-statuses.ts'
import { routingContract } from './data-plane-contract/routing.ts'
import { streamingContract } from './data-plane-contract/streaming.ts'
import { tlsContract } from './data-plane-contract/tls.ts'
import { upgradeContract } from './data-plane-contract/upgrade.ts'
import { upstreamReportsContract } from './data-plane-contract/upstream-reports.ts'

routingContract(wireDataPlane)
headersContract(wireDataPlane)
refusalsContract(wireDataPlane)
requestFramingContract(wireDataPlane)
backendFailuresContract(wireDataPlane)
retriesContract(wireDataPlane)
retryRulesContract(wireDataPlane)
retryStatusesContract(wireDataPlane)
upstreamReportsContract(wireDataPlane)
answerHeadersContract(wireDataPlane)
streamingContract(wireDataPlane)
upgradeContract(wireDataPlane)
drainContract(wireDataPlane)
tlsContract(wireDataPlane)
hostileBytesContract(wireDataPlane)
excessContract(wireDataPlane)
