import type { KubernetesObject } from '../bed/kubectl.ts';

/** Groups of the API whose definitions no package registry has, and why; objects of them can't be checked by a server here. */
export const UNCHECKED_GROUPS: Readonly<Record<string, string>> = {
  'secrets.hashicorp.com': 'the definitions of the Vault Secrets Operator are in no package registry',
};

/** `apps` of `apps/v1`; empty for the core group. */
export function groupOf({ apiVersion }: KubernetesObject): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

/** A list that kubectl takes on standard input. */
export function listOf(objects: readonly object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
}
