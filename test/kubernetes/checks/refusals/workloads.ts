import { containerOf, type Variant } from './variant.ts';

/** Deployments, StatefulSets and Jobs that the API's own validation refuses. */
export const WORKLOADS: readonly Variant[] = [
  {
    what: 'a field that does not exist',
    of: 'Deployment',
    break: (it) => void (it.spec.replica = 2),
    refusal: /\.spec\.replica: field not declared in schema/,
  },
  {
    what: 'a number where a list belongs',
    of: 'Deployment',
    break: (it) => void (containerOf(it).args = 1),
    refusal: /args.*expected list/s,
  },
  {
    what: 'a selector that does not match its own pods',
    of: 'Deployment',
    break: (it) => void (it.spec.template.metadata.labels['app.kubernetes.io/name'] = 'other'),
    refusal: /`selector` does not match template `labels`/,
  },
  {
    what: 'two ports of one name',
    of: 'Deployment',
    break: (it) => void containerOf(it).ports.push({ ...containerOf(it).ports[0], containerPort: 1234 }),
    refusal: /ports.*(duplicate entries for key|Duplicate value)/s,
  },
  {
    what: 'a port name that is too long',
    of: 'Deployment',
    break: (it) => void (containerOf(it).ports[0].name = 'metrics-of-the-processor'),
    refusal: /ports\[0\]\.name.*must be no more than 15 characters/s,
  },
  {
    what: 'a mount of a volume that is not there',
    of: 'Deployment',
    break: (it) => void containerOf(it).volumeMounts.push({ name: 'absent', mountPath: '/absent' }),
    refusal: /volumeMounts\[\d+\]\.name: Not found: "absent"/,
  },
  {
    what: 'two mounts at one path',
    of: 'Deployment',
    break: (it) => void containerOf(it).volumeMounts.push({ ...containerOf(it).volumeMounts[0] }),
    refusal: /volumeMounts.*(duplicate entries for key|must be unique)/s,
  },
  {
    what: 'a memory request above its limit',
    of: 'Deployment',
    break: (it) => void (containerOf(it).resources = { requests: { memory: '2Gi' }, limits: { memory: '1Gi' } }),
    refusal: /must be less than or equal to memory limit/,
  },
  {
    what: 'a quantity with a space in it',
    of: 'Deployment',
    break: (it) => void (containerOf(it).resources.limits.memory = '384 MB'),
    refusal: /quantities must match the regular expression/,
  },
  {
    what: 'an image without a name',
    of: 'Deployment',
    break: (it) => void (containerOf(it).image = ''),
    refusal: /containers\[0\]\.image: Required value/,
  },
  {
    what: 'an image pull policy that does not exist',
    of: 'Deployment',
    break: (it) => void (containerOf(it).imagePullPolicy = 'Sometimes'),
    refusal: /imagePullPolicy: Unsupported value: "Sometimes"/,
  },
  {
    what: 'a probe with two ways of asking',
    of: 'Deployment',
    break: (it) => void (containerOf(it).readinessProbe.tcpSocket = { port: 'metrics' }),
    refusal: /readinessProbe.*may not specify more than 1 handler type/s,
  },
  {
    what: 'a probe every minus one seconds',
    of: 'Deployment',
    break: (it) => void (containerOf(it).readinessProbe.periodSeconds = -1),
    refusal: /readinessProbe\.periodSeconds.*must be greater than or equal to 0/s,
  },
  {
    what: 'a pre-stop sleep longer than the grace period',
    of: 'Deployment',
    break: (it) => void (containerOf(it).lifecycle = { preStop: { sleep: { seconds: it.spec.template.spec.terminationGracePeriodSeconds + 1 } } }),
    refusal: /must be non-negative and less than terminationGracePeriodSeconds|less than terminationGracePeriodSeconds/,
  },
  {
    what: 'a rolling update that may change nothing',
    of: 'Deployment',
    break: (it) => void (it.spec.strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } }),
    refusal: /maxUnavailable.*may not be 0 when `maxSurge` is 0/s,
  },
  {
    what: 'a topology spread with an unknown consequence',
    of: 'Deployment',
    break: (it) => void (it.spec.template.spec.topologySpreadConstraints[0].whenUnsatisfiable = 'Wait'),
    refusal: /whenUnsatisfiable: Unsupported value: "Wait"/,
  },
  {
    what: 'a Deployment whose pods end for good',
    of: 'Deployment',
    break: (it) => void (it.spec.template.spec.restartPolicy = 'Never'),
    refusal: /restartPolicy: Unsupported value: "Never"/,
  },
  {
    what: 'a Secret mounted twice at one path of a projected volume',
    of: 'Deployment',
    break: (it) => {
      const projected = it.spec.template.spec.volumes.find((volume: { projected?: unknown }) => volume.projected !== undefined).projected;
      projected.sources.push(structuredClone(projected.sources[0]));
    },
    refusal: /conflicting duplicate paths/,
  },
  {
    what: 'a volume claim without an access mode',
    of: 'StatefulSet',
    break: (it) => void (it.spec.volumeClaimTemplates[0].spec.accessModes = []),
    refusal: /accessModes: Required value: at least 1 access mode is required/,
  },
  {
    what: 'a volume claim of no size',
    of: 'StatefulSet',
    break: (it) => void delete it.spec.volumeClaimTemplates[0].spec.resources,
    refusal: /resources\[?.*storage\]?: Required value/,
  },
  {
    what: 'an unknown fate of volume claims',
    of: 'StatefulSet',
    break: (it) => void (it.spec.persistentVolumeClaimRetentionPolicy = { whenDeleted: 'Keep', whenScaled: 'Retain' }),
    refusal: /whenDeleted: Unsupported value: "Keep"/,
  },
  {
    what: 'a Job whose pods restart always',
    of: 'Job',
    break: (it) => void (it.spec.template.spec.restartPolicy = 'Always'),
    refusal: /restartPolicy: (Unsupported|Required) value/,
  },
  {
    what: 'a Job with a negative number of retries',
    of: 'Job',
    break: (it) => void (it.spec.backoffLimit = -1),
    refusal: /backoffLimit.*must be greater than or equal to 0/s,
  },
];
