import { selfSignedCertificate } from '@ingresskit/testkit'
import { type Backend, startBackend } from './backend.ts'
import type { Contestant, ContestantName, Site } from './contestants/contestant.ts'
import { startContestant } from './contestants/start-contestant.ts'
import { checkAnswers } from './measure/answers.ts'
import type { Options } from './options.ts'
import { tellProblem, tellRound } from './progress.ts'
import type { WorkloadResult } from './report/results.ts'
import type { LoadWorkload, RoundOptions, Sample, Workload } from './workloads/workload.ts'

/** One certificate for all contestants of a run: ECDSA P-256. */
const certificate = selfSignedCertificate({ names: ['site.example'] })

/** The contestants of one workload and what they have given so far. */
interface Contest {
  readonly running: Map<ContestantName, Contestant>
  readonly rounds: Partial<Record<ContestantName, Record<string, number[]>>>
  readonly voids: Partial<Record<ContestantName, string>>
  readonly leftOut: Partial<Record<ContestantName, string>>
}

/**
 * Lets the contestants take turns, round by round. One that does not start, answers wrongly or has errors drops out with the reason,
 * and the others go on.
 */
export async function runWorkload(workload: Workload, options: Options, folder: string): Promise<WorkloadResult> {
  const contest: Contest = { running: new Map(), rounds: {}, voids: {}, leftOut: { ...workload.without } }
  const backend = await startBackend(folder)
  try {
    const isWarm = workload.kind === 'load' && workload.processes === 'warm'
    for (let round = isWarm ? 0 : 1; round <= options.rounds; round += 1) {
      // Nobody is always the first after a pause, or always behind the same neighbour.
      const shift = round % options.contestants.length
      for (const name of [...options.contestants.slice(shift), ...options.contestants.slice(0, shift)])
        await runRound(workload, { name, round, options, folder, backend }, contest)
    }
  } finally {
    await Promise.all([...contest.running.values()].map(async ({ process }) => process.stop()))
    await backend.stop()
  }
  const { name, about, columns } = workload
  const { rounds, voids, leftOut } = contest
  const chosenLeftOut = Object.entries(leftOut).filter(([each]) => options.contestants.some(one => one === each))
  return { workload: name, about, columns, rounds, voids, leftOut: Object.fromEntries(chosenLeftOut) }
}

interface Turn {
  readonly name: ContestantName
  readonly round: number
  readonly options: Options
  readonly folder: string
  readonly backend: Backend
}

async function runRound(workload: Workload, turn: Turn, contest: Contest): Promise<void> {
  const { name, round, options } = turn
  const { rounds, voids, leftOut } = contest
  if (leftOut[name] !== undefined || voids[name] !== undefined) return
  try {
    const sample = await sampleOf(workload, turn, contest)
    if (sample === undefined) return
    tellRound(workload, { contestant: name, round, of: options.rounds }, sample)
    if (sample.errors > 0 || sample.requests === 0)
      throw new Error(`${sample.errors} errors in ${sample.requests} requests`)
    if (round === 0) return
    for (const [figure, value] of Object.entries(sample.figures)) ((rounds[name] ??= {})[figure] ??= []).push(value)
  } catch (error) {
    voids[name] = `void, ${error instanceof Error ? error.message : String(error)}`
    delete rounds[name]
    tellProblem(workload.name, name, voids[name])
  }
}

/** Undefined when the contestant is not available. */
async function sampleOf(workload: Workload, turn: Turn, contest: Contest): Promise<Sample | undefined> {
  const { name, round, options, folder, backend } = turn
  // Compilers of both kinds have done their work after two seconds.
  const seconds = round === 0 && options.scale === 'full' ? 2 : options.seconds
  const roundOptions: RoundOptions = { seconds, scale: options.scale, folder, backendPort: backend.webPort }
  if (workload.kind === 'own-processes') return workload.run(name, roundOptions)
  const contestant = contest.running.get(name) ?? (await startFor(workload, turn, contest))
  if (contestant === undefined) return undefined
  try {
    return await workload.run(contestant, roundOptions)
  } finally {
    if (workload.processes === 'fresh') {
      contest.running.delete(name)
      await contestant.process.stop()
    }
  }
}

/** Starts it and compares its answers with the backend's. Undefined, and left out from then on, when it does not start. */
async function startFor(workload: LoadWorkload, turn: Turn, contest: Contest): Promise<Contestant | undefined> {
  const { name, folder, backend } = turn
  const backendPort = workload.backend === 'uploads' ? backend.uploadPort : backend.webPort
  const { certificatePem, privateKeyPem } = certificate
  const { shape, checks } = workload
  const { webSocketPort } = backend
  const site: Site = { folder, backendPort, webSocketPort, certificatePem, privateKeyPem, shape }
  let contestant
  try {
    contestant = await startContestant(name, site)
  } catch (error) {
    const reason = `not available, ${error instanceof Error ? error.message : String(error)}`
    contest.leftOut[name] = reason
    tellProblem(workload.name, name, reason)
    return undefined
  }
  contest.running.set(name, contestant)
  await checkAnswers(contestant, backendPort, checks)
  return contestant
}
