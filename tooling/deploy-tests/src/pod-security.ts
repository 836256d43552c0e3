/** The Pod Security Standards of Kubernetes 1.34, level "restricted" (which includes "baseline"), as far as a pod spec can break them. */
import { field, listAt } from './manifest-object.ts'

/** One sentence for each rule that a pod spec breaks; empty when the namespace may enforce "restricted". */
export function restrictedViolations(podSpec: unknown): readonly string[] {
  const containers = ['initContainers', 'containers'].flatMap(list => listAt(podSpec, list))
  return [...podViolations(podSpec), ...containers.flatMap(container => containerViolations(podSpec, container))]
}

const allowedVolumes: ReadonlySet<string> = new Set(
  'configMap csi downwardAPI emptyDir ephemeral persistentVolumeClaim projected secret'.split(' '),
)
const safeSysctls: ReadonlySet<string> = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
])

function podViolations(podSpec: unknown): readonly string[] {
  const host = ['hostNetwork', 'hostPID', 'hostIPC'].filter(name => field(podSpec, name) === true)
  const volumes = listAt(podSpec, 'volumes').flatMap(volume =>
    Object.keys(volume as object).filter(key => key !== 'name' && !allowedVolumes.has(key)),
  )
  const sysctls = listAt(podSpec, 'securityContext.sysctls')
    .map(sysctl => String(field(sysctl, 'name')))
    .filter(name => !safeSysctls.has(name))
  return [...host, ...volumes, ...sysctls].map(name => `${name} is not allowed.`)
}

function containerViolations(podSpec: unknown, container: unknown): readonly string[] {
  const name = String(field(container, 'name'))
  const own = (path: string): unknown => field(container, `securityContext.${path}`)
  /** A container's own setting beats that of its pod. */
  const effective = (path: string): unknown => own(path) ?? field(podSpec, `securityContext.${path}`)
  const added = listAt(container, 'securityContext.capabilities.add')
  const rules: readonly (readonly [holds: boolean, rule: string])[] = [
    [own('privileged') !== true, 'privileged is not allowed'],
    [own('allowPrivilegeEscalation') === false, 'allowPrivilegeEscalation must be false'],
    [listAt(container, 'securityContext.capabilities.drop').includes('ALL'), 'capabilities.drop must have ALL'],
    [added.every(capability => capability === 'NET_BIND_SERVICE'), 'capabilities.add may have NET_BIND_SERVICE only'],
    [effective('runAsNonRoot') === true, 'runAsNonRoot must be true'],
    [effective('runAsUser') !== 0, 'runAsUser must not be 0'],
    [/^(?:RuntimeDefault|Localhost)$/.test(String(effective('seccompProfile.type'))), 'seccompProfile must be set'],
    [effective('appArmorProfile.type') !== 'Unconfined', 'appArmorProfile must not be Unconfined'],
    [effective('windowsOptions.hostProcess') !== true, 'hostProcess is not allowed'],
    [(own('procMount') ?? 'Default') === 'Default', 'procMount must be Default'],
    [listAt(container, 'ports').every(port => (field(port, 'hostPort') ?? 0) === 0), 'hostPort is not allowed'],
    [probeHosts(container).length === 0, 'a host in a probe is not allowed'],
  ]
  return rules.filter(([holds]) => !holds).map(([, rule]) => `${name}: ${rule}.`)
}

function probeHosts(container: unknown): readonly unknown[] {
  return ['startupProbe', 'livenessProbe', 'readinessProbe']
    .flatMap(probe => [field(container, `${probe}.httpGet.host`), field(container, `${probe}.tcpSocket.host`)])
    .filter(host => host !== undefined)
}
