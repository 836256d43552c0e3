import type { SessionTag } from './service-upstream.ts'
import type { SessionSigner } from './session-signer.ts'

/** 48 and 36 bits: they tell Services and Ingresses apart; the token beside them is what must not be guessed. */
const serviceLength = 8
const ingressLength = 6

/** Makes the tags of one backend. */
export function sessionTag(sign: SessionSigner): SessionTag {
  const service = sign('service').slice(0, serviceLength)
  return ({ namespace, name }) => ({
    service,
    ingress: sign(`ingress\n${namespace}/${name}`).slice(0, ingressLength),
  })
}
