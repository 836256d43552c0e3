import { describe, expect, it } from 'vitest'
import { danglingReferences } from './dangling-references.ts'
import { parseManifests } from './manifest-object.ts'

const whole = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      serviceAccountName: web
      containers:
        - name: web
          ports: [{ name: http, containerPort: 8080 }]
          startupProbe: { httpGet: { port: http } }
          livenessProbe: { httpGet: { port: 8080 } }
          readinessProbe: { httpGet: { port: http } }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: web, namespace: shop }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec:
  selector: { app: web }
  ports: [{ port: 80, targetPort: http }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reader, namespace: shop }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: reader, namespace: shop }
roleRef: { kind: Role, name: reader }
subjects: [{ kind: ServiceAccount, name: web, namespace: shop }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress: [{ ports: [{ port: http }] }]
`

describe('danglingReferences', () => {
  it('finds none where every name leads to something', () => {
    expect(danglingReferences(parseManifests(whole))).toEqual([])
  })

  it.each([
    ['matchLabels: { app: web } }\n  template', 'matchLabels: { app: shop } }\n  template', 'its selector'],
    ['selector: { app: web }\n', 'selector: { app: shop }\n', 'selects the pods of 0 workloads'],
    ['targetPort: http', 'targetPort: https', 'no container has the port https'],
    ['readinessProbe: { httpGet: { port: http', 'readinessProbe: { httpGet: { port: admin', 'readinessProbe asks'],
    ['serviceAccountName: web', 'serviceAccountName: shop', 'there is no ServiceAccount shop'],
    ['roleRef: { kind: Role, name: reader }', 'roleRef: { kind: Role, name: writer }', 'there is no such Role'],
    ['subjects: [{ kind: ServiceAccount, name: web', 'subjects: [{ kind: ServiceAccount, name: x', 'ServiceAccount x'],
    ['podSelector: { matchLabels: { app: web', 'podSelector: { matchLabels: { app: x', "one workload's pods"],
    ['ports: [{ port: http }]', 'ports: [{ port: admin }]', 'no container has the port admin'],
    ['name: http,', 'name: a-name-of-a-port,', 'is no name of a port'],
  ])('sees that %j became %j', (before, after, sentence) => {
    const broken = whole.replace(before, after)
    expect(broken).not.toBe(whole)
    expect(danglingReferences(parseManifests(broken)).join('\n')).toContain(sentence)
  })
})
