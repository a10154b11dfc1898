import { describe, expect, it } from 'vitest';
import type { NetworkPolicy, Pod } from './objects.ts';
import { policyRules } from './rules.ts';

const namespaces = [{ metadata: { name: 'apps', labels: { team: 'a' } } }, { metadata: { name: 'dns', labels: { team: 'b' } } }];
const pod = (name: string, podIP: string, namespace = 'apps', ports: { name?: string; containerPort: number; protocol?: string }[] = []): Pod => (
  { metadata: { name, namespace, labels: { app: name } }, spec: { containers: [{ ports }] }, status: { phase: 'Running', podIP } }
);
const web = pod('web', '10.0.0.1', 'apps', [{ name: 'http', containerPort: 8080 }]);
const client = pod('client', '10.0.0.2');
const dns = pod('dns', '10.0.0.3', 'dns');
const policy = (spec: NetworkPolicy['spec'], namespace = 'apps'): NetworkPolicy => ({ metadata: { name: 'p', namespace }, spec });
const all = { podSelector: {} };

/** Lines of a pod's chain; undefined when nothing isolates the pod in that direction. */
function chain(policies: readonly NetworkPolicy[], direction: 'ingress' | 'egress', of: Pod, pods: readonly Pod[] = [web, client, dns]): string[] | undefined {
  const name = `${direction}_${of.status.podIP!.replaceAll('.', '_')}`;
  const text = policyRules({ policies, namespaces, pods });
  return new RegExp(`^chain ${name} \\{\\n([^}]*?)\\n\\}$`, 'm').exec(text.replace(/\{ ([^}]*) \}/g, '[$1]'))?.[1]?.split('\n');
}

describe('rules of NetworkPolicies', () => {
  it('leaves a pod open that no policy selects, in each direction by itself', () => {
    expect(chain([], 'ingress', web)).toBeUndefined();
    expect(chain([policy({ podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'] })], 'egress', web)).toBeUndefined();
    expect(chain([policy({ ...all, policyTypes: ['Ingress'] }, 'dns')], 'ingress', web)).toBeUndefined();
  });

  it('drops everything for a pod that is selected and allowed nothing', () => {
    expect(chain([policy({ ...all, policyTypes: ['Ingress', 'Egress'] })], 'ingress', web)).toEqual(['counter drop']);
    expect(chain([policy({ ...all, policyTypes: ['Ingress', 'Egress'] })], 'egress', web)).toEqual(['counter drop']);
  });

  it('adds up what all policies allow', () => {
    const ports = (port: number): NetworkPolicy => policy({ ...all, policyTypes: ['Ingress'], ingress: [{ ports: [{ port }] }] });
    expect(chain([ports(1), ports(2)], 'ingress', web)).toEqual(['tcp dport 1 return', 'tcp dport 2 return', 'counter drop']);
  });

  it('finds peers by pod, by namespace, by both', () => {
    const from = (peer: object): string[] | undefined => chain([policy({ ...all, policyTypes: ['Ingress'], ingress: [{ from: [peer] }] })], 'ingress', web);
    expect(from({ podSelector: { matchLabels: { app: 'client' } } })).toEqual(['ip saddr [10.0.0.2] return', 'counter drop']);
    expect(from({ namespaceSelector: { matchLabels: { team: 'b' } } })).toEqual(['ip saddr [10.0.0.3] return', 'counter drop']);
    expect(from({ namespaceSelector: { matchLabels: { team: 'b' } }, podSelector: { matchLabels: { app: 'web' } } })).toEqual(['counter drop']);
    expect(from({ namespaceSelector: {} })).toEqual(['ip saddr [10.0.0.1, 10.0.0.2, 10.0.0.3] return', 'counter drop']);
  });

  it('takes an empty rule for everybody, and a rule without peers for its ports', () => {
    expect(chain([policy({ ...all, policyTypes: ['Egress'], egress: [{}] })], 'egress', web)).toEqual(['return', 'counter drop']);
    expect(chain([policy({ ...all, policyTypes: ['Egress'], egress: [{ ports: [{ port: 53, protocol: 'UDP' }] }] })], 'egress', web)).toEqual(['udp dport 53 return', 'counter drop']);
  });

  it('knows ranges, named ports of the receiver, and blocks of addresses', () => {
    expect(chain([policy({ ...all, policyTypes: ['Ingress'], ingress: [{ ports: [{ port: 10, endPort: 20 }] }] })], 'ingress', web)).toEqual(['tcp dport 10-20 return', 'counter drop']);
    expect(chain([policy({ ...all, policyTypes: ['Ingress'], ingress: [{ ports: [{ port: 'http' }] }] })], 'ingress', web)).toEqual(['ip daddr 10.0.0.1 tcp dport 8080 return', 'counter drop']);
    expect(chain([policy({ ...all, policyTypes: ['Egress'], egress: [{ ports: [{ port: 'http' }] }] })], 'egress', client)).toEqual(['ip daddr 10.0.0.1 tcp dport 8080 return', 'counter drop']);
    const block = { ipBlock: { cidr: '192.0.2.0/24', except: ['192.0.2.8/32'] } };
    expect(chain([policy({ ...all, policyTypes: ['Egress'], egress: [{ to: [block] }] })], 'egress', web)).toEqual(['ip daddr 192.0.2.0/24 ip daddr != [192.0.2.8/32] return', 'counter drop']);
  });

  it('understands expressions of selectors', () => {
    const matching = (operator: string, values?: string[]): boolean => chain(
      [policy({ podSelector: { matchExpressions: [{ key: 'app', operator, ...(values === undefined ? {} : { values }) }] }, policyTypes: ['Ingress'] })], 'ingress', web,
    ) !== undefined;
    expect([matching('In', ['web']), matching('NotIn', ['web']), matching('Exists'), matching('DoesNotExist')]).toEqual([true, false, true, false]);
  });

  it('forgets pods that have ended or have the node\'s address', () => {
    const ended = { ...client, status: { ...client.status, phase: 'Succeeded' } };
    const host = { ...dns, spec: { ...dns.spec, hostNetwork: true } };
    const rules = policyRules({ policies: [policy({ ...all, policyTypes: ['Egress'] })], namespaces, pods: [web, ended, host] });
    expect(rules).toContain('10.0.0.1');
    expect(rules).not.toMatch(/10\.0\.0\.[23]/);
  });
});
