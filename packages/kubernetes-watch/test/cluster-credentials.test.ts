import { KubeConfig } from '@kubernetes/client-node'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { callApi, clusterApi, clusterSource } from '../src/index.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** As with an exec plugin that waits for a login, or a token endpoint that is not there: nothing ever comes. */
function withoutCredentials(): KubeConfig {
  const kubeConfig = new KubeConfig()
  kubeConfig.loadFromOptions({
    currentContext: 'fake',
    clusters: [{ name: 'fake', server: 'https://127.0.0.1:1' }],
    users: [{ name: 'fake' }],
    contexts: [{ name: 'fake', cluster: 'fake', user: 'fake' }],
  })
  kubeConfig.applyToHTTPSOptions = () => new Promise(() => {})
  return kubeConfig
}

describe('credentials that never come', () => {
  it('are waited for as long as the request is wanted', async () => {
    const abort = new AbortController()
    const answer = callApi(clusterApi(withoutCredentials()), { method: 'GET', path: '/api/v1', signal: abort.signal })
    abort.abort(new Error('not wanted any more'))
    expect(await answer).toMatchObject({ failure: { status: 0, message: 'not wanted any more' } })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('are waited for half a minute, and asked for again with the next request', async () => {
    const { signal } = new AbortController()
    const answer = callApi(clusterApi(withoutCredentials()), { method: 'GET', path: '/api/v1', signal })
    await vi.advanceTimersByTimeAsync(30_000)
    expect(await answer).toMatchObject({
      failure: { status: 0, message: 'no credentials in 30000 ms; check the kubeconfig user' },
    })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('keep no source from closing', async () => {
    const source = clusterSource({ cluster: withoutCredentials() })
    const started = source.start(() => {}).catch((error: unknown) => error)
    await source.close()
    expect(await started).toMatchObject({ code: 'closed' })
    expect(vi.getTimerCount()).toBe(0)
  })
})
