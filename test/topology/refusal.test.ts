import { describe, expect, it } from 'vitest';
import { names, processorGraph, processorRights } from '../../topology/graph/index.ts';
import { AuthorizationError, FatalError, type Permission } from '../../topology/log/index.ts';
import { explainRefusal } from '../../topology/refusal.ts';

const rightsOf = (name: string) => processorRights(processorGraph(name), names('p.'));
const explained = (processor: string, missing: Permission): string => (
  explainRefusal(new AuthorizationError('Produce refused', missing), rightsOf(processor)).message);

describe('a refusal', () => {
  it('names the right, its edge and how to grant it', () => {
    expect(explained('cdr-generator', { operation: 'Write', resourceType: 'topic', name: 'p.cdrs' })).toBe(
      'Produce refused. Missing: cdr-generator needs Write on topic p.cdrs (cdr-generator → cdrs: writes the topic). '
      + 'Grant with: kafka-acls.sh --bootstrap-server $KAFKA_BROKERS --add --allow-principal User:cdr-generator --operation Write --topic p.cdrs');
  });

  it('finds rights on names by their beginning', () => {
    expect(explained('cdr-generator', { operation: 'Write', resourceType: 'transactionalId', name: 'p.telco-twin.cdr-generator.7' }))
      .toContain('needs Write on transactionalId p.telco-twin.cdr-generator.*');
  });

  it('of Describe means the rights that bring it', () => {
    const message = explained('scenario-injector', { operation: 'Describe', resourceType: 'topic', name: 'p.clock_state' });
    expect(message).toContain('needs Read on topic p.clock_state');
    expect(message).toContain('needs Write on topic p.clock_state');
  });

  it('of idempotent writing means Write on the topics', () => {
    expect(explained('vast-sink', { operation: 'IdempotentWrite', resourceType: 'cluster', name: 'kafka-cluster' }))
      .toContain('Missing: vast-sink needs Write on topic p.dead_letters');
  });

  it('that no right of the topology answers points at the prefix', () => {
    expect(explained('cdr-generator', { operation: 'Write', resourceType: 'topic', name: 'q.cdrs' })).toMatch(/TWIN_PREFIX/);
  });

  it('is found under what wraps it; other errors stay as they are', () => {
    const refusal = new AuthorizationError('refused', { operation: 'Read', resourceType: 'topic', name: 'p.sim_ticks' });
    expect(explainRefusal(new FatalError('stopped', { cause: refusal }), rightsOf('cdr-generator')).message).toContain('needs Read on topic p.sim_ticks');
    const other = new Error('other');
    expect(explainRefusal(other, rightsOf('cdr-generator'))).toBe(other);
  });
});
