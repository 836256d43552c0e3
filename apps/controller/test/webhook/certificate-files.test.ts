import { mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { certificateAuthority, type TestCertificate } from '@ingresskit/testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type CertificateFiles, followCertificateFiles } from '../../src/webhook/certificate-files.ts'

const authority = certificateAuthority()
const nowMs = Date.now()
let folder: string
let files: CertificateFiles | undefined
let due: (() => void) | undefined
let told: PromiseWithResolvers<void>
const used: string[] = []
const failures: string[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ingresskit-files-'))
  told = Promise.withResolvers()
  used.length = 0
  failures.length = 0
})
afterEach(async () => {
  files?.close()
  await rm(folder, { recursive: true })
})

function issue(name: string, notAfter = new Date(nowMs + 86_400_000)): TestCertificate {
  return authority.issue({ names: [name], notAfter })
}

async function write({ certificatePem, privateKeyPem }: TestCertificate): Promise<void> {
  await writeFile(join(folder, 'tls.crt'), certificatePem)
  await writeFile(join(folder, 'tls.key'), privateKeyPem)
}

async function follow(now: () => number = () => nowMs): Promise<CertificateFiles> {
  files = await followCertificateFiles({
    certificateFile: join(folder, 'tls.crt'),
    keyFile: join(folder, 'tls.key'),
    use: ({ certificatePem }) => used.push(certificatePem),
    onFailure: message => failures.push(message),
    now,
    schedule: (_delayMs, run) => {
      due = run
      told.resolve()
      return () => {
        due = undefined
      }
    },
  })
  return files
}

/** Lets the files be read once more, and waits until they were. */
async function look(): Promise<void> {
  told = Promise.withResolvers()
  due?.()
  await told.promise
}

it('serves what is in the files, and what is put there later, once each', async () => {
  const [first, second] = [issue('a.svc'), issue('a.svc')]
  await write(first)
  await follow()
  await look()
  expect(used).toEqual([first.certificatePem])
  await write(second)
  await look()
  await look()
  expect(used).toEqual([first.certificatePem, second.certificatePem])
})

it('follows the link that Kubernetes replaces', async () => {
  const [first, second] = [issue('a.svc'), issue('a.svc')]
  for (const [name, { certificatePem, privateKeyPem }] of Object.entries({ first, second })) {
    await writeFile(join(folder, `${name}.crt`), certificatePem)
    await writeFile(join(folder, `${name}.key`), privateKeyPem)
  }
  const link = async (name: string): Promise<void> => {
    for (const kind of ['crt', 'key']) {
      await symlink(`${name}.${kind}`, join(folder, `new.${kind}`))
      await rename(join(folder, `new.${kind}`), join(folder, `tls.${kind}`))
    }
  }
  await link('first')
  await follow()
  await link('second')
  await look()
  expect(used).toEqual([first.certificatePem, second.certificatePem])
})

it('keeps what it has while the files do not fit together, and says so once', async () => {
  const [first, second] = [issue('a.svc'), issue('a.svc')]
  await write(first)
  await follow()
  await write({ ...second, privateKeyPem: first.privateKeyPem })
  await look()
  await look()
  expect(failures).toEqual([expect.stringContaining('does not belong to the certificate')])
  await rm(join(folder, 'tls.key'))
  await look()
  expect(failures.at(-1)).toContain('ENOENT')
  await write(second)
  await look()
  expect(used).toEqual([first.certificatePem, second.certificatePem])
})

it('does not start without a certificate that can be used, and repeats nothing of the key', async () => {
  await expect(follow()).rejects.toThrow(/tls\.crt.*ENOENT.*--tls-cert-file/u)
  await write({ certificatePem: 'none', privateKeyPem: 'secret' })
  const error = await follow().catch((thrown: unknown) => String(thrown))
  expect(error).toContain('are no PEM certificate and key')
  expect(error).not.toContain('secret')
})

it('is not ready any more when the certificate has expired', async () => {
  let time = nowMs
  await write(issue('a.svc'))
  const { notReady } = await follow(() => time)
  expect(notReady()).toBeUndefined()
  time += 2 * 86_400_000
  expect(notReady()).toContain('has expired; renew it')
})
