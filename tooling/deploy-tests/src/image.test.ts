import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, globSync, mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lastInstruction, parseDockerfile, type Stage } from './dockerfile.ts'
import { imageBuild } from './image-build.ts'
import { repositoryPath } from './repository-folder.ts'

const dockerfile = parseDockerfile(readFileSync(repositoryPath('deploy/Dockerfile'), 'utf8'))
const [build, node, final] = dockerfile.stages as [Stage, Stage, Stage]
const manifest = JSON.parse(readFileSync(repositoryPath('package.json'), 'utf8')) as {
  readonly packageManager: string
  readonly devDependencies: Readonly<Record<string, string>>
}

describe('the Dockerfile', () => {
  it('takes the versions of Node.js and pnpm that this repository pins', () => {
    expect(dockerfile.buildArguments.get('NODE_IMAGE')).toBe(
      `docker.io/library/node:${manifest.devDependencies['node']}-bookworm-slim`,
    )
    expect(build.instructions).toContainEqual({ name: 'RUN', text: `npm install --global ${manifest.packageManager}` })
  })

  it('lets a release pin every base image by digest', () => {
    expect(dockerfile.stages.map(({ image }) => image)).toEqual(['${NODE_IMAGE}', '${NODE_IMAGE}', '${RUNTIME_IMAGE}'])
    expect(dockerfile.buildArguments.get('RUNTIME_IMAGE')).toBe('gcr.io/distroless/cc-debian12:nonroot')
  })

  it('takes the runtime and the library that distroless lacks from the target platform, and runs nothing on it', () => {
    expect(node.instructions).toEqual([])
    expect(final.instructions.some(({ name }) => name === 'RUN')).toBe(false)
    const copied = final.instructions.filter(
      ({ name, text: line }) => name === 'COPY' && line.startsWith('--from=node'),
    )
    expect(copied.map(({ text: line }) => line.split(/\s+/)[1])).toEqual([
      '/usr/local/bin/node',
      '/usr/lib/*-linux-gnu/libatomic.so.1*',
    ])
  })

  it('does not run as root, and says what it is', () => {
    expect(lastInstruction(final, 'USER')).toBe('65532:65532')
    for (const label of ['title', 'source', 'licenses', 'version', 'revision', 'created']) {
      expect(lastInstruction(final, 'LABEL')).toContain(`org.opencontainers.image.${label}=`)
    }
  })
})

describe('the image, built by the steps of the Dockerfile in a folder', () => {
  let folder: string
  let root: string
  const started: ChildProcess[] = []
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'image-'))
    chmodSync(folder, 0o755)
    const steps = imageBuild(folder)
    await steps.run(build)
    await steps.run(final)
    root = steps.rootOf(final)
    // Half a minute of processor time, and the machine may have much else to do.
  }, 900_000)
  afterAll(async () => {
    for (const child of started) child.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  }, 300_000)

  /** The entry point, with the Node.js of the tests, as the user of the image where this test may choose it. */
  const start = (args: readonly string[]): ChildProcess => {
    const [, main = ''] = JSON.parse(lastInstruction(final, 'ENTRYPOINT') ?? '[]') as readonly string[]
    const user = process.getuid?.() === 0 ? { uid: 65_532, gid: 65_532 } : {}
    return spawn(process.execPath, [join(root, main), ...args], {
      ...user,
      cwd: '/',
      env: {},
      stdio: ['ignore', 'pipe', 'inherit'],
    })
  }

  it('has what runs and not what builds or tests', () => {
    const packages = globSync('app/node_modules/.pnpm/*', { cwd: root }).map(path => path.split('/').at(-1))
    expect(packages.some(name => name?.startsWith('commander@'))).toBe(true)
    expect(packages.filter(name => /^(?:vitest|typescript|oxlint|turbo|knip|ajv)@/.test(name ?? ''))).toEqual([])
    expect(globSync('app/dist/**/*.test.js', { cwd: root })).toEqual([])
    expect(globSync('app/*', { cwd: root }).toSorted()).toEqual([
      'app/LICENSE',
      'app/dist',
      'app/node_modules',
      'app/package.json',
    ])
  })

  it('says its options', async () => {
    const child = start(['--help'])
    const [output, [status]] = await Promise.all([
      child.stdout === null ? '' : text(child.stdout),
      once(child, 'close'),
    ])
    expect(status).toBe(0)
    expect(output).toContain('serve')
  })

  it('serves, with a default backend of its own, and ends at SIGTERM', async () => {
    const manifests = repositoryPath('examples/tomcat')
    const child = start([
      'serve',
      `--manifests=${manifests}`,
      '--bind=127.0.0.1',
      '--http-port=0',
      '--https-port=0',
      '--admin-port=0',
    ])
    started.push(child)
    const ready = await readyLine(child)
    const site = `http://127.0.0.1:${ready.http}`
    expect((await fetch(`http://127.0.0.1:${ready.admin}/readyz`)).status).toBe(200)
    expect((await fetch(`${site}/healthz`)).status).toBe(200)
    expect((await fetch(`${site}/nothing`)).status).toBe(404)
    const closed = once(child, 'close')
    child.kill('SIGTERM')
    expect((await closed)[0]).toBe(0)
  })
})

interface ReadyLine {
  readonly http: number
  readonly admin: number
}

async function readyLine(child: ChildProcess): Promise<ReadyLine> {
  if (child.stdout === null) throw new Error('its standard output is not read')
  for await (const line of createInterface({ input: child.stdout })) {
    const entry = JSON.parse(line) as { readonly msg: string } & ReadyLine
    if (entry.msg === 'ready') {
      child.stdout.resume()
      return entry
    }
  }
  throw new Error('it ended before it was ready')
}
