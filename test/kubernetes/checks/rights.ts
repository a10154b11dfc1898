import { Api } from '../bed/api.ts';
import { NAMESPACE, type RenderedTree } from '../support/trees.ts';
import { treeNamed, type CheckContext } from './context.ts';

/** What a process of the twin that was taken over might try. */
const ATTEMPTS: readonly { readonly what: string; readonly method: 'GET' | 'POST' | 'DELETE'; readonly path: string; readonly body?: object }[] = [
  { what: 'read Secrets', method: 'GET', path: `/api/v1/namespaces/${NAMESPACE}/secrets` },
  { what: 'read ConfigMaps', method: 'GET', path: `/api/v1/namespaces/${NAMESPACE}/configmaps` },
  { what: 'list pods', method: 'GET', path: `/api/v1/namespaces/${NAMESPACE}/pods` },
  { what: 'make a pod', method: 'POST', path: `/api/v1/namespaces/${NAMESPACE}/pods`, body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'intruder' } } },
  { what: 'delete pods', method: 'DELETE', path: `/api/v1/namespaces/${NAMESPACE}/pods` },
  { what: 'read Deployments', method: 'GET', path: `/apis/apps/v1/namespaces/${NAMESPACE}/deployments` },
  { what: 'bind a role to itself', method: 'POST', path: `/apis/rbac.authorization.k8s.io/v1/namespaces/${NAMESPACE}/rolebindings`, body: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name: 'intruder' } } },
  { what: 'read topics', method: 'GET', path: `/apis/kafka.strimzi.io/v1/namespaces/${NAMESPACE}/kafkatopics` },
  { what: 'list nodes', method: 'GET', path: '/api/v1/nodes' },
  { what: 'list namespaces', method: 'GET', path: '/api/v1/namespaces' },
];

/** Rights that every authenticated user has: asking what it may do, and reading what the API consists of. */
const EVERYBODYS_RESOURCES = ['selfsubjectreviews', 'selfsubjectaccessreviews', 'selfsubjectrulesreviews'];

interface ResourceRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** Every ServiceAccount has the rights that the tree's own roles give it, and no other. */
export async function checkRights(context: CheckContext): Promise<void> {
  const tree = treeNamed(context, 'overlays/prod');
  await context.deployment.ensure(tree);
  for (const name of serviceAccountsOf(tree)) {
    await context.report.check(`ServiceAccount ${name} may do nothing in the cluster`, async () => await mayNothing(context, name));
  }
}

async function mayNothing({ cluster }: CheckContext, name: string): Promise<string> {
  const token = (await cluster.kubectl.run(['create', 'token', name, `--namespace=${NAMESPACE}`])).trim();
  const api = Api.withToken(cluster.url, cluster.pki, token);
  try {
    const { status, body } = await api.send('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', {
      apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace: NAMESPACE },
    });
    if (status !== 201) throw new Error(`it was not told its rights: ${body.message ?? status}`);
    const { resourceRules } = body['status'] as { resourceRules: readonly ResourceRule[] };
    const own = resourceRules.filter(({ resources = [] }) => !resources.every((resource) => EVERYBODYS_RESOURCES.includes(resource)));
    if (own.length > 0) throw new Error(`it has rights: ${JSON.stringify(own)}`);
    for (const { what, method, path, body: sent } of ATTEMPTS) {
      const answer = await api.send(method, path, sent);
      const refused = answer.status === 403 && answer.body.message?.includes(`User "system:serviceaccount:${NAMESPACE}:${name}" cannot`);
      if (!refused) throw new Error(`it could ${what}: ${answer.status} ${answer.body.message ?? ''}`);
    }
  } finally {
    api.close();
  }
  return `${ATTEMPTS.length} attempts refused`;
}

function serviceAccountsOf(tree: RenderedTree): readonly string[] {
  return tree.objects.filter(({ kind }) => kind === 'ServiceAccount').map(({ metadata }) => metadata.name);
}
