/** `retry` after endpoints that refuse connections, and after answers that are no HTTP. */

import { rawBackend, type RawBackend } from '@ingresskit/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ingress, service } from '../command/support/manifests.ts'
import { balancedSite, dataPlanes } from './support/balanced-site.ts'

let garbled: RawBackend
beforeAll(async () => {
  garbled = await rawBackend(
    connection => void connection.until('\r\n\r\n').then(() => connection.send('220 SMTP\r\n\r\n')),
  )
})
afterAll(() => garbled.close())

describe.each(dataPlanes)('%s', (_setup, flags) => {
  const dead = ['dead-1', 'dead-2']
  const site = balancedSite({
    flags,
    backends: ['alive', ...dead],
    objects: ports =>
      Object.entries({
        default: undefined,
        off: 'off',
        two: 'attempts=2',
        reset: 'on=reset',
        // Twelve requests at a time are more than the default budget lets be repeated.
        valid: 'on=connect+reset, budget-min=1000',
        invalid: 'on=invalid, budget-min=1000',
      }).flatMap(([name, value]) => [
        ...service(name, name.endsWith('valid') ? [garbled.port, ...ports('alive')] : ports()),
        ingress({
          name,
          host: `${name}.test`,
          paths: [{ service: name }],
          ...(value === undefined ? {} : { annotations: { 'ingresskit.dev/retry': value } }),
        }),
      ]),
  })
  // They refuse connections from now on, and are endpoints still.
  beforeAll(async () => {
    for (const name of dead) await site.backend(name).close()
  })
  const answers = async (host: string, method = 'GET'): Promise<ReadonlySet<string | number>> =>
    new Set((await site.tally(12, () => ({ host: `${host}.test`, method }))).keys())

  it.each(['GET', 'POST'])(
    'by default a %s reaches the one endpoint of three that accepts connections',
    async method => {
      expect(await site.problems()).toEqual([])
      expect(await answers('default', method)).toEqual(new Set(['alive']))
    },
  )

  it.each([
    ['off', 'one attempt is not enough'],
    ['two', 'two attempts are not enough'],
    ['reset', 'refused connections are not in the list'],
  ])('answers 502 to some: %s, %s', async host => {
    expect(await answers(host)).toEqual(new Set(['alive', 502]))
  })

  it('tries again after an answer that is no HTTP only when told to, and a POST never', async () => {
    expect(await answers('valid')).toEqual(new Set(['alive', 502]))
    expect(await answers('invalid')).toEqual(new Set(['alive']))
    expect(await answers('invalid', 'POST')).toEqual(new Set(['alive', 502]))
  })

  it('counts refused connections as failures of the endpoint that refused', async () => {
    await answers('default')
    for (const { address, failures, picks } of await site.endpoints('default')) {
      const isAlive = address === `127.0.0.1:${site.backend('alive').port}`
      expect([address, picks > 0, failures > 0]).toEqual([address, true, !isAlive])
    }
  })
})
