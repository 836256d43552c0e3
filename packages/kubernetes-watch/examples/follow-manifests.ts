// Follows the manifests of a folder: prints the hosts of its Ingresses, at first and after a change.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { manifestSource, type ObjectSnapshot } from '@ingresskit/kubernetes-watch'

const folder = await mkdtemp(join(tmpdir(), 'manifests-'))
const ingress = (name: string) => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${name} }
spec: { defaultBackend: { service: { name: ${name}, port: { number: 80 } } } }
`
await writeFile(join(folder, 'shop.yaml'), ingress('web'))

const source = manifestSource({ paths: [folder] })
const changed = Promise.withResolvers<ObjectSnapshot>()
const first = await source.start(changed.resolve)
console.log([...first.objects.Ingress.keys()])
// prints: [ 'default/web' ]

await writeFile(join(folder, 'blog.yaml'), ingress('blog'))
const next = await changed.promise
console.log([...next.objects.Ingress.keys()])
// prints: [ 'default/blog', 'default/web' ]

await source.close()
await rm(folder, { recursive: true })
