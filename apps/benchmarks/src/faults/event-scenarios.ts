/** Faults of what watches and lists bring: twice, in the wrong order, rubbish. */

import type { StoredObject } from '@ingresskit/testkit'
import type { FaultStage } from './fault-stage.ts'
import type { Scenario, ScenarioNotes } from './scenario.ts'
import { watchedPlurals } from './watch-scenarios.ts'

export const eventScenarios: readonly Scenario[] = [
  {
    name: 'duplicate-events',
    title: 'Every event five times',
    maxApiRequests: { short: 30, full: 60 },
    run: repeatEvents,
  },
  {
    name: 'out-of-order-events',
    title: 'Events of older versions after newer ones, of objects that are gone too',
    maxApiRequests: { short: 30, full: 60 },
    run: sendOldEvents,
  },
  {
    name: 'garbage',
    title: 'Rubbish in every watch, then in lists',
    maxApiRequests: { short: 160, full: 400 },
    run: sendGarbage,
  },
]

const kinds = { ingresses: 'Ingress', services: 'Service', endpointslices: 'EndpointSlice' } as const

function send(stage: FaultStage, type: string, object: StoredObject): void {
  const plural = Object.entries(kinds).find(([, kind]) => kind === object.kind)?.[0] ?? ''
  stage.api.sendRaw(plural, `${JSON.stringify({ type, object })}\n`)
}

async function repeatEvents(stage: FaultStage): Promise<ScenarioNotes> {
  const rounds = stage.length === 'full' ? 40 : 6
  for (let round = 0; round < rounds; round += 1) {
    const before = Object.values(kinds).flatMap(kind => stage.api.list(kind))
    await stage.site.change()
    const now = Object.values(kinds).flatMap(kind => stage.api.list(kind))
    const gone = before.filter(old => !now.some(({ metadata }) => metadata.uid === old.metadata.uid))
    for (let time = 0; time < 4; time += 1) {
      for (const object of gone) send(stage, 'DELETED', object)
      for (const object of now) send(stage, time % 2 === 0 ? 'ADDED' : 'MODIFIED', object)
    }
  }
  return {}
}

/**
 * The pod whose endpoint terminates answers on: what is looked for is whether the controller believes the old event. A
 * pod that comes afterwards, in the same watch, shows that it has been read.
 */
async function sendOldEvents(stage: FaultStage): Promise<ScenarioNotes> {
  const { api, site } = stage
  const rounds = stage.length === 'full' ? 20 : 4
  for (let round = 0; round < rounds; round += 1) {
    const [oldest] = site.pods()
    if (oldest === undefined) throw new Error('the site has no pods')
    const key = `default/web-${oldest.name}`
    const ready = api.get('EndpointSlice', key)
    if (ready === undefined) throw new Error(`there is no EndpointSlice ${key}`)
    await site.addPod()
    site.terminate(oldest)
    send(stage, 'MODIFIED', ready)
    await site.addPod()
    await stage.converged(performance.now())
    site.remove(oldest)
    send(stage, 'MODIFIED', ready)
    await site.change()
    await stage.converged(performance.now())
  }
  return {}
}

/** What a broken proxy between controller and API server, or a broken server, may put into a watch. */
const rubbish: readonly string[] = [
  '\n',
  'null\n',
  '[]\n',
  '5\n',
  '{}\n',
  '{"type":"ADDED"}\n',
  '{"type":"MODIFIED","object":null}\n',
  '{"type":"MODIFIED","object":{"metadata":{}}}\n',
  '{"type":"MODIFIED","object":{"metadata":{"name":5,"namespace":[]}}}\n',
  '{"type":"RENAMED","object":{"metadata":{"name":"web"}}}\n',
  '{"type":"BOOKMARK"}\n',
  '{"type":"ERROR"}\n',
  '<html>504 Gateway Time-out</html>\n',
  '{"type":"ADDED","object":{\n',
  '\u0000\ufffd\u0001\n',
]

const wrongLists: readonly string[] = ['', 'null', '[]', '{"items":5}', '{"metadata":{},"items":[]}', '<html></html>']

async function sendGarbage(stage: FaultStage): Promise<ScenarioNotes> {
  const { api, site } = stage
  const rounds = stage.length === 'full' ? Math.ceil(rubbish.length / watchedPlurals.length) : 1
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, plural] of watchedPlurals.entries()) {
      api.sendRaw(plural, rubbish[(round * watchedPlurals.length + index) % rubbish.length] ?? '')
    }
    await site.change()
    await stage.converged(performance.now())
    await Promise.all(watchedPlurals.map(async plural => api.watchOpened(plural)))
  }
  for (const text of wrongLists) api.failNext({ verb: 'list', answer: { kind: 'body', text, ending: 'end' } })
  api.failNext({ verb: 'list', answer: { kind: 'body', text: '{"items":[{', ending: 'reset' } })
  api.compact()
  stage.link.cut('reset')
  await site.change()
  return {}
}
