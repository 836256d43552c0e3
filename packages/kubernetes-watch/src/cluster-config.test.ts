import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { loadClusterConfig } from './cluster-config.ts'

let folder = ''
const kubeconfig = (name: string, server = `https://${name}.example`): string =>
  JSON.stringify({
    'current-context': name,
    clusters: [{ name, cluster: { server } }],
    users: [{ name, user: { token: name } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  })
const file = async (name: string, text: string): Promise<string> => {
  const path = join(folder, name)
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, text)
  return path
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ingresskit-config-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

describe('loadClusterConfig', () => {
  it('prefers the given file, then the service account, then $KUBECONFIG, then the home folder', async () => {
    // client-node reads these two itself.
    vi.stubEnv('KUBERNETES_SERVICE_HOST', '10.0.0.1')
    vi.stubEnv('KUBERNETES_SERVICE_PORT', '443')
    const given = await file('given', kubeconfig('given'))
    await file('var/run/secrets/kubernetes.io/serviceaccount/token', 'token')
    const environment = {
      KUBERNETES_SERVICE_HOST: '10.0.0.1',
      KUBECONFIG: [await file('one', kubeconfig('one')), await file('two', kubeconfig('two'))].join(delimiter),
      HOME: folder,
    }
    await file('.kube/config', kubeconfig('home'))
    const server = async (options: Parameters<typeof loadClusterConfig>[0]): Promise<string | undefined> => {
      const config = await loadClusterConfig(options)
      return config.getCurrentCluster()?.server
    }
    expect(await server({ environment, filesystemRoot: folder, kubeconfig: given })).toBe('https://given.example')
    expect(await server({ environment, filesystemRoot: folder })).toBe('https://10.0.0.1:443')
    expect(await server({ environment, filesystemRoot: join(folder, 'none') })).toBe('https://one.example')
    expect(await server({ environment, filesystemRoot: folder, context: 'two' })).toBe('https://two.example')
    expect(await server({ environment: { HOME: folder } })).toBe('https://home.example')
  })

  it.each([
    ['there is none', {}, /no cluster to talk to/],
    ['the file is missing', { kubeconfig: '/missing/config' }, /cannot read kubeconfig "\/missing\/config"/],
  ])('says what to do when %s', async (_, options, message) => {
    const loading = loadClusterConfig({ environment: { HOME: '/missing' }, ...options })
    await expect(loading).rejects.toThrow(
      expect.objectContaining({ code: 'config-invalid', message: expect.stringMatching(message) }),
    )
  })

  it('names the contexts there are when the wanted one is not among them', async () => {
    const path = await file('given', kubeconfig('prod'))
    const loading = loadClusterConfig({ environment: {}, kubeconfig: path, context: 'pord' })
    await expect(loading).rejects.toThrow(`the kubeconfig "${path}" has no context "pord"; it has: prod`)
  })

  it('refuses a cluster without a server URL', async () => {
    const path = await file('given', kubeconfig('prod', 'not a url'))
    const loading = loadClusterConfig({ environment: {}, kubeconfig: path })
    await expect(loading).rejects.toThrow(/names no cluster with a server URL/)
  })
})
