import { describe, expect, it } from 'vitest'
import { type ManifestObjects, readManifestDocument } from './manifest-object.ts'

const networking = 'networking.k8s.io/v1'
const read = (document: unknown): ManifestObjects =>
  readManifestDocument(document, { file: 'shop.yaml', document: 2, item: '' })

describe('readManifestDocument', () => {
  it('puts namespaced objects that name no namespace into default, and cluster-scoped ones into none', () => {
    const service = read({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } })
    expect(service.objects[0]?.metadata).toEqual({ name: 'web', namespace: 'default' })
    const ingressClass = read({ apiVersion: networking, kind: 'IngressClass', metadata: { name: 'x', namespace: 'y' } })
    expect(ingressClass.objects[0]?.metadata).toEqual({ name: 'x' })
  })

  it('passes over kinds that are not watched, and kinds of other groups that share a name', () => {
    expect(read({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: {} })).toEqual({ objects: [], problems: [] })
    const knative = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata: { name: 'x' } }
    expect(read(knative)).toEqual({ objects: [], problems: [] })
    expect(read(null)).toEqual({ objects: [], problems: [] })
  })

  it.each(['extensions/v1beta1', 'networking.k8s.io/v1beta1'])('names the remedy for an Ingress of %s', apiVersion => {
    const { objects, problems } = read({ apiVersion, kind: 'Ingress', metadata: { name: 'old' } })
    expect(objects).toEqual([])
    expect(problems).toMatchObject([{ reason: 'ApiVersionUnsupported', kind: 'Ingress', file: 'shop.yaml' }])
    expect(problems[0]?.message).toContain('rewrite it as "networking.k8s.io/v1"')
  })

  it.each([
    ['no object', ['a'], ''],
    ['no kind', { apiVersion: 'v1' }, 'kind'],
    ['no apiVersion', { kind: 'Service' }, 'apiVersion'],
    ['no metadata', { apiVersion: 'v1', kind: 'Service' }, 'metadata'],
    ['no name', { apiVersion: 'v1', kind: 'Service', metadata: {} }, 'metadata.name'],
    ['a name with a slash', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a/b' } }, 'metadata.name'],
    ['a number as a name', { apiVersion: 'v1', kind: 'Service', metadata: { name: 7 } }, 'metadata.name'],
    [
      'a list as a namespace',
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', namespace: [] } },
      'metadata.namespace',
    ],
    [
      'an annotation that is no text',
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', annotations: { b: true } } },
      'metadata.annotations["b"]',
    ],
  ])('reports a document with %s, by its number', (_, document, field) => {
    const { objects, problems } = read(document)
    expect(objects).toEqual([])
    expect(problems).toMatchObject([{ reason: 'ObjectInvalid', severity: 'error', file: 'shop.yaml', field }])
    expect(problems[0]?.message).toContain('shop.yaml: document 2 ')
  })

  it('reads lists, typed or not, and goes on after a bad item', () => {
    const web = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } }
    const list = read({ apiVersion: 'v1', kind: 'List', items: [web, { kind: 'Service' }, web] })
    expect(list.objects).toHaveLength(2)
    expect(list.problems).toMatchObject([{ field: 'items[1].apiVersion' }])
    const typed = read({ apiVersion: networking, kind: 'IngressList', items: [{ metadata: { name: 'a' } }] })
    expect(typed.objects).toMatchObject([{ apiVersion: networking, kind: 'Ingress', metadata: { name: 'a' } }])
    const others = read({ apiVersion: 'apps/v1', kind: 'DeploymentList', items: [{}] })
    expect(others).toEqual({ objects: [], problems: [] })
  })

  it('refuses lists nested beyond all use', () => {
    let list: unknown = { apiVersion: 'v1', kind: 'List', items: [] }
    for (let depth = 0; depth < 1000; depth += 1) list = { apiVersion: 'v1', kind: 'List', items: [list] }
    expect(read(list).problems).toHaveLength(1)
  })

  it('merges stringData of a Secret into data as the API server does', () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { a: 'b2xk', b: 'Yg==' } }
    const { objects } = read({ ...secret, stringData: { a: 'new', é: 'ü' } })
    expect(objects[0]).toEqual({
      ...secret,
      metadata: { name: 's', namespace: 'default' },
      data: { a: 'bmV3', b: 'Yg==', é: 'w7w=' },
    })
  })
})
