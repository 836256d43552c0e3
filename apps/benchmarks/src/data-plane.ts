/**
 * CPU time of a proxied request: our data plane on http-proxy-3 beside http-proxy-3 by itself.
 *
 * Method. Each contestant is a process of its own in front of one backend; sixteen kept-alive connections ask for an answer of
 * 100 bytes. The contestants take turns, round by round, after one round that is not counted; what is compared is the CPU time
 * of the contestant's process for one round, which says more on a shared machine than the time that passed. A round with
 * a wrong answer ends the benchmark.
 *
 * Usage: node --conditions=@ingresskit/source apps/benchmarks/src/data-plane.ts
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { ContestantMessage } from './proxy-contestant.ts'

const names = ['http-proxy-3', 'ingresskit'] as const
const connections = 16
const requestsPerRound = 16_000
const rounds = 5
const answer = 'x'.repeat(100)

interface Contestant {
  readonly name: string
  readonly process: ChildProcess
  readonly port: number
  readonly agent: Agent
  readonly cpuUs: number[]
}

const backend = createServer({ keepAliveTimeout: 60_000 }, (_request, response) => response.end(answer))
backend.listen(0, '127.0.0.1')
await once(backend, 'listening')
const contestants: Contestant[] = []
for (const name of names) contestants.push(await start(name))

for (let round = 0; round <= rounds; round += 1) {
  for (const contestant of contestants) {
    const before = await cpuOf(contestant)
    await Promise.all(Array.from({ length: connections }, async () => askMany(contestant)))
    const spent = ((await cpuOf(contestant)) - before) / requestsPerRound
    if (round > 0) contestant.cpuUs.push(spent)
    process.stderr.write(`round ${round} of ${rounds}, ${contestant.name}: ${spent.toFixed(0)} µs a request\n`)
  }
}
const medians = contestants.map(({ cpuUs }) => cpuUs.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0)
for (const [index, { name, cpuUs }] of contestants.entries()) {
  const spread = `${Math.min(...cpuUs).toFixed(0)}–${Math.max(...cpuUs).toFixed(0)}`
  const ratio = (medians[index] ?? 0) / (medians[0] ?? 1)
  process.stdout.write(
    `${name}: ${medians[index]?.toFixed(0)} µs CPU a request (${spread}), ${ratio.toFixed(2)} × ${names[0]}\n`,
  )
}
for (const { process: child, agent } of contestants) {
  agent.destroy()
  child.disconnect()
}
backend.close()

async function start(name: string): Promise<Contestant> {
  const program = fileURLToPath(new URL('./proxy-contestant.ts', import.meta.url))
  const child = fork(program, [name, String((backend.address() as AddressInfo).port)])
  const [message] = (await once(child, 'message')) as [ContestantMessage]
  if (message.kind !== 'listening') throw new Error(`${name} did not say its port`)
  return {
    name,
    process: child,
    port: message.port,
    agent: new Agent({ keepAlive: true, maxSockets: connections }),
    cpuUs: [],
  }
}

async function cpuOf({ process: child }: Contestant): Promise<number> {
  const told = once(child, 'message')
  child.send('cpu')
  const [message] = (await told) as [ContestantMessage]
  return message.kind === 'cpu' ? message.microseconds : 0
}

async function askMany(contestant: Contestant): Promise<void> {
  for (let count = 0; count < requestsPerRound / connections; count += 1) await ask(contestant)
}

async function ask({ name, port, agent }: Contestant): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, agent, path: '/', headers: { host: 'site.example' } }, response => {
      let body = ''
      response.setEncoding('latin1')
      response.on('data', chunk => (body += chunk))
      response.once('end', () => {
        if (body === answer) resolve()
        else reject(new Error(`${name} answered ${response.statusCode} with ${body.length} bytes`))
      })
    })
    request.once('error', reject)
  })
}
