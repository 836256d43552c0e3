// A cluster source before a scripted API server, of whose kinds but one nothing is there.
import { clusterSource, type ClusterSourceOptions, type ObjectSnapshot, type ObjectSource } from '../src/index.ts'
import { initialSilenceMs } from './cluster-world.ts'
import { bookmarkLine, scriptedApi, type ScriptedApi } from './scripted-api.ts'
import { type SnapshotRecorder, snapshotRecorder } from './snapshot-recorder.ts'
import { testSchedule, type TestSchedule } from './test-schedule.ts'

/** A source that was started. */
export interface ScriptedWorld extends AsyncDisposable {
  readonly source: ObjectSource
  readonly api: ScriptedApi
  readonly time: TestSchedule
  readonly recorder: SnapshotRecorder
  readonly started: Promise<ObjectSnapshot>
}

/** Starts a source; `plural` is for the test to answer, the other kinds are empty and quiet. */
export async function scriptedWorld(
  plural: string,
  options: Partial<ClusterSourceOptions> = {},
): Promise<ScriptedWorld> {
  const api = scriptedApi()
  const time = testSchedule({ isHeld: delayMs => delayMs >= 90_000 || delayMs === initialSilenceMs })
  const recorder = snapshotRecorder()
  const source = clusterSource({ cluster: api.api, schedule: time.schedule, random: () => 0.5, ...options })
  const started = source.start(recorder.listener)
  started.catch(() => undefined)
  for (const other of ['ingresses', 'ingressclasses', 'services', 'endpointslices']) {
    if (other === plural) continue
    const request = await api.request(other, 1)
    request.answer(200)
    request.send(bookmarkLine(1, 'initial-events-end'))
  }
  return { source, api, time, recorder, started, [Symbol.asyncDispose]: () => source.close() }
}
