/** A balancer inside the client: `fetch` sends each request to the endpoint that is expected to answer soonest. */
import type { Balancer, Completion, Endpoint } from '@ingresskit/load-balancing'
import { avoidUnhealthy, outlierDetector, peakEwma } from '@ingresskit/load-balancing'
import { Agent, type Dispatcher, fetch } from 'undici'

const clock = (): number => performance.now()

/** Peak EWMA over endpoints whose keys are their URLs; those that keep failing are left out for a while. */
export const fastestFirst = (urls: readonly string[], now: () => number = clock): Balancer<Endpoint> =>
  avoidUnhealthy(
    peakEwma(
      urls.map(key => ({ key })),
      { now },
    ),
    { sources: [], detector: outlierDetector({ now }) },
  )

/** Sends each request to the endpoint picked, whatever the origin of its URL. The agent keeps a pool for each endpoint. */
export const balancedDispatcher = (balancer: Balancer<Endpoint>, now: () => number = clock): Dispatcher =>
  new Agent().compose(dispatch => (options, handler) => {
    const result = balancer.pick({})
    if (result.kind === 'none') throw new Error(`no endpoint: ${result.reason}`)
    balancer.started(result.endpoint)
    const finish = (completion: Completion): void => balancer.finished(result.endpoint, completion)
    return dispatch({ ...options, origin: result.endpoint.key }, reporting(handler, finish, now))
  })

/** Tells `finish` how the attempt ended, and the handler what it would have heard without. */
const reporting = (
  handler: Dispatcher.DispatchHandler,
  finish: (completion: Completion) => void,
  now: () => number,
): Dispatcher.DispatchHandler => {
  const startMs = now()
  let answer: Partial<Completion> = {}
  return {
    onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
    onResponseStarted: () => handler.onResponseStarted?.(),
    onResponseStart(controller, status, headers, message) {
      answer = { latencyMs: now() - startMs, status }
      handler.onResponseStart?.(controller, status, headers, message)
    },
    onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
    onResponseEnd(controller, trailers) {
      finish({ ...answer, outcome: 'success' })
      handler.onResponseEnd?.(controller, trailers)
    },
    onResponseError(controller: Dispatcher.DispatchController | null, error) {
      finish({ ...answer, outcome: controller?.aborted === true ? 'aborted' : 'failure' })
      handler.onResponseError?.(controller as Dispatcher.DispatchController, error) // null without a connection
    },
  }
}

if (import.meta.main) {
  const dispatcher = balancedDispatcher(fastestFirst(process.argv.slice(2)))
  const response = await fetch('http://shop.example/', { dispatcher })
  console.log(response.status, await response.text())
}
