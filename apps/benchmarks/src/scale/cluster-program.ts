/** The fake API server in a process of its own, so that its CPU time is not ours. Told by messages what to do (`ClusterRequest`). */

import { fakeApiServer } from '@ingresskit/testkit'
import { randomNumbers } from '../random-numbers.ts'
import { type ClusterAnswer, type ClusterRequest, sharedNowMs } from './cluster-messages.ts'
import { type DrawEvent, randomEvents } from './random-event.ts'
import { type ClusterShape, clusterObjects, probeIngress, probeSlice } from './scale-set.ts'

/**
 * A hundred endpoints more a change soon fill any memory, so only the last few seconds are kept; frequent bookmarks bring quiet
 * watches along.
 */
const api = await fakeApiServer({ historyLength: 2000, bookmarkIntervalMs: 1000 })
let shape: ClusterShape | undefined
let draw: DrawEvent | undefined
let rate = { perSecond: 0, since: performance.now(), done: 0 }

process.on('message', (message: ClusterRequest) => {
  const answer: ClusterAnswer = obey(message)
  process.send?.(answer)
})
process.on('disconnect', () => process.exit())

const timer = setInterval(() => {
  const due = ((performance.now() - rate.since) / 1000) * rate.perSecond
  // In one turn at most so many, that a probe is not kept waiting.
  for (let most = 5; rate.done < Math.floor(due) && most > 0; most -= 1) {
    rate.done += 1
    if (draw !== undefined) api.update(draw().object)
  }
}, 1)
timer.unref()

function obey(message: ClusterRequest): ClusterAnswer {
  switch (message.kind) {
    case 'fill': {
      shape = message.shape
      let objects = 0
      for (const object of clusterObjects(shape)) {
        api.create(object)
        objects += 1
      }
      draw = randomEvents(shape, {
        random: randomNumbers(message.seed, 'events'),
        stored(kind, key) {
          const found = api.get(kind, key)
          if (found === undefined) throw new Error(`there is no ${kind} ${key}`)
          return found
        },
      })
      return { kind: 'filled', kubeconfig: api.kubeconfigYaml(), objects }
    }
    case 'events': {
      const { done, since } = rate
      rate = { perSecond: message.perSecond, since: performance.now(), done: 0 }
      return { kind: 'events', count: done, seconds: (performance.now() - since) / 1000 }
    }
    case 'probe': {
      if (shape === undefined) throw new Error('a probe before the cluster was filled')
      const object =
        message.change === 'endpoints'
          ? probeSlice(shape, message.index, message.answer)
          : probeIngress(message.index, message.answer)
      const atMs = sharedNowMs()
      api.update(object)
      return { kind: 'written', atMs }
    }
  }
}
