/** Does in a folder what the steps of a Dockerfile would do in an image, as far as that works without a container engine. */
import { execFile } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import type { Stage } from './dockerfile.ts'
import { repositoryPath } from './repository-folder.ts'

/** A folder that stands for the root of each stage. */
export interface ImageBuild {
  /** Runs the steps of a stage in order; its files are in `rootOf` after that. COPY from a stage that was not built is left out. */
  run(stage: Stage): Promise<void>
  rootOf(stage: Stage): string
}

/** `RUN npm install --global pnpm@…` is replaced by the pnpm that is here, so that nothing but its store is needed. */
export function imageBuild(folder: string): ImageBuild {
  const built = new Set<string>()
  const rootOf = (name: string): string => join(folder, name === '' ? 'final' : name)
  return {
    rootOf: stage => rootOf(stage.name),
    run: async stage => {
      const root = rootOf(stage.name)
      mkdirSync(root, { recursive: true })
      let workFolder = root
      for (const { name, text } of stage.instructions) {
        if (name === 'WORKDIR') {
          workFolder = join(root, text)
          mkdirSync(workFolder, { recursive: true })
        } else if (name === 'RUN') await runStep(text, root, workFolder)
        else if (name === 'COPY') {
          const from = /^--from=(\S+)\s/.exec(text)?.[1]
          if (from === undefined) copyContext(text, workFolder)
          else if (built.has(from)) copyBetween(text, rootOf(from), root)
        }
      }
      built.add(stage.name)
    },
  }
}

const execute = promisify(execFile)

async function runStep(command: string, root: string, workFolder: string): Promise<void> {
  if (command.startsWith('npm install --global pnpm@')) {
    installShim(join(root, 'bin'))
    return
  }
  // Absolute paths of the image are paths under the folder that stands for it.
  const here = command.replaceAll(/(?<=\s)\/(?=\w)/g, `${root}/`)
  const environment = {
    HOME: process.env['HOME'],
    CI: 'true',
    PATH: [join(root, 'bin'), dirname(process.execPath), process.env['PATH']].join(':'),
    npm_config_prefer_offline: 'true',
  }
  try {
    await execute('sh', ['-ec', here], { cwd: workFolder, env: environment, maxBuffer: maxOutputBytes })
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string }
    throw new Error(`RUN ${command}\n${stdout}${stderr}`, { cause: error })
  }
}

const maxOutputBytes = 16 * 1024 * 1024

/** The pnpm that runs this test, or else the one that npx finds. */
function installShim(folder: string): void {
  const { packageManager } = JSON.parse(readFileSync(repositoryPath('package.json'), 'utf8')) as {
    readonly packageManager: string
  }
  const running = process.env['npm_execpath'] ?? ''
  const command = /pnpm\.c?js$/.test(running) ? `exec node '${running}'` : `exec npx -y ${packageManager}`
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'pnpm'), `#!/bin/sh\n${command} "$@"\n`)
  chmodSync(join(folder, 'pnpm'), 0o755)
}

function copyContext(text: string, workFolder: string): void {
  const [target = '', ...sources] = text.split(/\s+/).toReversed()
  const ignored = readIgnoreFile()
  for (const source of sources) {
    const path = repositoryPath(source)
    cpSync(path, source === '.' ? join(workFolder, target) : join(workFolder, target, basename(source)), {
      recursive: true,
      filter: each => !ignored(relative(repositoryPath(), each)),
    })
  }
}

function copyBetween(text: string, fromRoot: string, root: string): void {
  const [target = '', ...sources] = text.split(/\s+/).slice(1).toReversed()
  for (const source of sources) {
    const path = join(fromRoot, source)
    if (!existsSync(path)) throw new Error(`COPY ${text}: there is no ${source}`)
    // Without `dereference` and with links as they are, as COPY does it.
    cpSync(path, target.endsWith('/') ? join(root, target, basename(source)) : join(root, target), {
      recursive: true,
      verbatimSymlinks: true,
    })
  }
}

/** Understands lines that are a name: of something at the top, or with two stars before it of something anywhere. */
function readIgnoreFile(): (path: string) => boolean {
  const lines = readFileSync(repositoryPath('deploy/Dockerfile.dockerignore'), 'utf8')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
  const strange = lines.find(line => !/^(?:\*\*\/)?[\w.-]+$/.test(line))
  if (strange !== undefined)
    throw new Error(`Dockerfile.dockerignore: ${strange} is no form that this test understands`)
  const everywhere = new Set(lines.filter(line => line.startsWith('**/')).map(line => line.slice('**/'.length)))
  return path => {
    const parts = path.split(sep)
    return parts.some((part, depth) => everywhere.has(part) || (depth === 0 && lines.includes(part)))
  }
}
