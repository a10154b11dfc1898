import { containerOf, podOf, type Draft, type Variant } from './variant.ts';

/** What a container may not do, and how Pod Security says it. */
const POD_SECURITY: readonly { what: string; change: (it: Draft) => void; says: RegExp }[] = [
  { what: 'root allowed', change: (it) => void delete it.spec.template.spec.securityContext.runAsNonRoot, says: /runAsNonRoot != true/ },
  { what: 'uid 0', change: (it) => void (it.spec.template.spec.securityContext.runAsUser = 0), says: /runAsUser=0/ },
  { what: 'no seccomp profile', change: (it) => void delete it.spec.template.spec.securityContext.seccompProfile, says: /seccompProfile/ },
  { what: 'privilege escalation', change: (it) => void delete containerOf(it).securityContext.allowPrivilegeEscalation, says: /allowPrivilegeEscalation != false/ },
  { what: 'capabilities kept', change: (it) => void delete containerOf(it).securityContext.capabilities, says: /unrestricted capabilities/ },
  { what: 'a capability added', change: (it) => void (containerOf(it).securityContext.capabilities.add = ['NET_ADMIN']), says: /NET_ADMIN/ },
  { what: 'the host\'s files', change: (it) => void it.spec.template.spec.volumes.push({ name: 'host', hostPath: { path: '/etc' } }), says: /hostPath volumes|restricted volume types/ },
  { what: 'the host\'s network', change: (it) => void (it.spec.template.spec.hostNetwork = true), says: /host namespaces/ },
  { what: 'a port of the host', change: (it) => void (containerOf(it).ports[0].hostPort = containerOf(it).ports[0].containerPort), says: /hostPort/ },
];

/** Pods that Pod Security refuses, rights that mean nothing, names and labels that are not legal. */
export const SECURITY: readonly Variant[] = [
  ...POD_SECURITY.map(({ what, change, says }): Variant => ({
    what: `a pod with ${what}`,
    of: 'Deployment',
    break: (it) => {
      change(it);
      return podOf(it);
    },
    refusal: new RegExp(`violates PodSecurity "restricted:.*${says.source}`, 's'),
  })),
  {
    what: 'a Deployment of pods that Pod Security refuses',
    of: 'Deployment',
    break: (it) => void (containerOf(it).securityContext = { privileged: true }),
    refusal: /would violate PodSecurity "restricted:.*privileged/s,
    onlyWarns: true,
  },
  {
    what: 'a level of Pod Security that does not exist',
    of: 'Namespace',
    break: (it) => void (it.metadata.labels['pod-security.kubernetes.io/enforce'] = 'strict'),
    refusal: /must be one of privileged, baseline, restricted/,
  },
  {
    what: 'a ConfigMap key that could not be a file name',
    of: 'ConfigMap',
    break: (it) => void (it.data = { 'a/b': 'c' }),
    refusal: /a valid config key must consist of/,
  },
  {
    what: 'a ServiceAccount with an illegal name',
    of: 'ServiceAccount',
    break: (it) => void (it.metadata.name = 'CDR_Generator'),
    refusal: /a lowercase RFC 1123 subdomain must consist of/,
  },
  {
    what: 'a label value with a space',
    of: 'ServiceAccount',
    break: (it) => void (it.metadata.labels = { 'app.kubernetes.io/name': 'cdr generator' }),
    refusal: /a valid label must be an empty string or consist of/,
  },
  {
    what: 'a role without verbs',
    of: 'ServiceAccount',
    break: ({ metadata: { name, namespace } }) => ({
      apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name, namespace }, rules: [{ apiGroups: [''], resources: ['secrets'], verbs: [] }],
    }),
    refusal: /verbs: Required value: verbs must contain at least one value/,
  },
];
