import { translateIngresses } from '@ingresskit/ingress-translator'

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'shop', name: 'web' },
  spec: { ports: [{ name: 'http', port: 80 }] },
}
const ingress = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { namespace: 'shop', name: 'shop' },
  spec: {
    ingressClassName: 'ingresskit',
    rules: [
      {
        host: 'shop.example',
        http: {
          paths: [
            { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { name: 'http' } } } },
            { path: '/api', pathType: 'Prefix', backend: { service: { name: 'api', port: { number: 80 } } } },
          ],
        },
      },
    ],
  },
}

const { table, problems } = translateIngresses(
  {
    ingresses: new Map([['shop/shop', ingress]]),
    services: new Map([['shop/web', service]]),
    ingressClasses: new Map(),
  },
  {
    ingressClasses: ['ingresskit'],
    controllerClasses: ['ingresskit.dev/ingress-controller'],
    withoutClass: 'ignore',
    admission: 'none',
  },
)

const match = table.match('shop.example', '/cart')
if (match.kind === 'rule' && match.rule.value.backend.kind === 'service') console.log(match.rule.value.backend.key)
for (const { reason, field, message } of problems) console.log(`${reason} ${field}: ${message}`)

// prints:
// shop/web:80
// ServiceNotFound spec.rules[0].http.paths[1].backend.service.name: Service shop/api does not exist; create it or correct the name
