import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { kubernetesTools } from '../../kubernetes/support/tools.ts';
import type { KubernetesObject } from '../kustomize/objects.ts';

export const CHART = join(import.meta.dirname, '..', '..', '..', 'deploy', 'helm', 'telco-twin');
const NAMESPACE = 'data-generator-ns';

export interface HelmResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function helm(...args: readonly string[]): Promise<HelmResult> {
  const tools = await kubernetesTools();
  return await new Promise((resolve) => {
    execFile(tools.helm, args, { maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : 1, stdout, stderr });
    });
  });
}

/** `helm template` of the chart; the arguments set values. */
export async function template(...args: readonly string[]): Promise<HelmResult> {
  return await templateOf(CHART, args);
}

async function templateOf(chart: string, args: readonly string[]): Promise<HelmResult> {
  return await helm('template', 'telco-twin', chart, '--namespace', NAMESPACE, ...args);
}

/**
 * The objects that `helm install` would create, without those that only `helm test` does.
 * @throws Error with what Helm says, also when it only warns
 */
export async function installed(...args: readonly string[]): Promise<KubernetesObject[]> {
  return await installedFrom(CHART, ...args);
}

/** As `installed`, of another chart. */
export async function installedFrom(chart: string, ...args: readonly string[]): Promise<KubernetesObject[]> {
  const { code, stdout, stderr } = await templateOf(chart, args);
  if (code !== 0 || stderr !== '') throw new Error(`helm template says: ${stderr}`);
  // Kubernetes reads YAML 1.1, where NO is false.
  return parseAllDocuments(stdout, { version: '1.1' }).flatMap((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0];
    const object = document.toJS() as KubernetesObject | null;
    return object === null || object.metadata.annotations?.['helm.sh/hook'] === 'test' ? [] : [object];
  });
}
