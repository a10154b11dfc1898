import type { Right } from './graph/index.ts';
import { AuthorizationError, type Permission } from './log/index.ts';

/** Deep enough for every wrapping that errors of the log get. */
const MAX_CAUSES = 8;

/**
 * Says of a refusal by the brokers which right of the topology is missing, what for, and how to grant it. Other errors come back
 * as they are.
 * @param rights of the principals of this process
 */
export function explainRefusal(error: Error, rights: readonly Right[]): Error {
  const refusal = refusalIn(error);
  if (refusal === null) return error;
  const { missing } = refusal;
  const onResource = rights.filter((right) => concerns(right, missing));
  const exact = onResource.filter(({ operation }) => operation === missing.operation);
  // Describe comes with Read and with Write: where it is refused, those are missing.
  const needed = exact.length > 0 ? exact : onResource;
  const advice = needed.length === 0
    ? 'The topology needs no such right: is TWIN_PREFIX the one that the rights were generated for?'
    : `Missing: ${needed.map(rightText).join('; ')}. Grant with: ${needed.map(grantCommand).join(' and ')}`;
  return new AuthorizationError(`${refusal.message}. ${advice}`, missing, { cause: error });
}

/** An idempotent writer is refused by the cluster, and for want of a Write on whatever topic. */
function concerns({ resource, operation }: Right, missing: Permission): boolean {
  if (missing.operation === 'IdempotentWrite') return resource.type === 'topic' && operation === 'Write';
  return resource.type === missing.resourceType
    && (resource.patternType === 'prefix' ? missing.name.startsWith(resource.name) : missing.name === resource.name);
}

/** `cdr-generator needs Write on topic cdrs (cdr-generator → cdrs: writes the topic)` */
function rightText({ principal, operation, resource, edge, purpose }: Right): string {
  const name = resource.patternType === 'prefix' ? `${resource.name}*` : resource.name;
  return `${principal} needs ${operation} on ${resource.type} ${name} (${edge}: ${purpose})`;
}

/** A line for Kafka's own tool. */
export function grantCommand({ principal, operation, resource }: Right): string {
  const option = { topic: '--topic', group: '--group', transactionalId: '--transactional-id' }[resource.type];
  const pattern = resource.patternType === 'prefix' ? ' --resource-pattern-type prefixed' : '';
  return `kafka-acls.sh --bootstrap-server $KAFKA_BROKERS --add --allow-principal User:${principal} --operation ${operation} ${option} ${resource.name}${pattern}`;
}

function refusalIn(error: Error): AuthorizationError | null {
  let cause: unknown = error;
  for (let depth = 0; cause instanceof Error && depth < MAX_CAUSES; depth += 1, cause = cause.cause) {
    if (cause instanceof AuthorizationError) return cause;
  }
  return null;
}
