// One request to the API server that ends in bounded time.
import { type ApiAnswer, type ApiCall, callApi, type ClusterApi, type Schedule } from '@ingresskit/kubernetes-watch'

/** As `callApi`, and fails when there is no answer after `timeoutMs`; it may have been served then. Never rejects. */
export async function callInTime(
  api: ClusterApi,
  call: ApiCall,
  time: { readonly schedule: Schedule; readonly timeoutMs: number },
): Promise<ApiAnswer> {
  const { signal } = call
  const ended = new AbortController()
  const end = (): void => ended.abort(signal.aborted ? signal.reason : new Error(`no answer in ${time.timeoutMs} ms`))
  const cancel = time.schedule(time.timeoutMs, end)
  signal.addEventListener('abort', end)
  if (signal.aborted) end()
  const answer = await callApi(api, { ...call, signal: ended.signal })
  signal.removeEventListener('abort', end)
  cancel()
  return answer
}
