import { describe, expect, it } from 'vitest';
import {
  accessRights, names, principals, processorRights, processors, reads, topicNames, TOPICS_JOB, writes, type Operation, type ProcessorGraph, type Right,
} from '../../../topology/graph/index.ts';

const rights = accessRights();
const of = (principal: string, all: readonly Right[] = rights): Right[] => all.filter((right) => right.principal === principal);
const topicsWith = (operation: Operation, granted: readonly Right[]): string[] => (
  granted.filter(({ resource, operation: is }) => resource.type === 'topic' && is === operation).map(({ resource }) => resource.name).sort());
const text = ({ principal, resource, operation }: Right): string => `${principal} ${operation} ${resource.type} ${resource.patternType} ${resource.name}`;

describe('rights derived from the topology', () => {
  it('cover every edge of every processor', () => {
    for (const processor of processors as readonly ProcessorGraph[]) {
      const granted = of(processor.name);
      expect(topicsWith('Write', granted), processor.name).toEqual([...writes(processor)].sort());
      expect(topicsWith('Read', granted), processor.name).toEqual(expect.arrayContaining(reads(processor)));
      const group = granted.filter(({ resource, operation }) => resource.type === 'group' && operation === 'Read').map(({ resource }) => resource.name);
      expect(group, processor.name).toEqual(processor.group === null ? [] : [processor.group]);
    }
  });

  it('let a processor read nothing else, but for the outputs of a task, which tell whether it has written before', () => {
    for (const processor of processors as readonly ProcessorGraph[]) {
      const more = topicsWith('Read', of(processor.name)).filter((topic) => !(reads(processor) as string[]).includes(topic));
      expect(more, processor.name).toEqual(processor.kind === 'tasks' ? processor.output.filter((topic) => topic !== 'ground_truth').sort() : []);
    }
  });

  it('give each right once, and none that Kafka derives from another', () => {
    const all = rights.map(text);
    expect(new Set(all).size).toBe(all.length);
    const strong = new Set(rights.filter(({ operation }) => operation === 'Read' || operation === 'Write').map(({ principal, resource }) => `${principal} ${resource.type} ${resource.name}`));
    for (const { principal, resource, operation } of rights) {
      if (operation === 'Describe') expect(strong, `${principal} ${resource.name}`).not.toContain(`${principal} ${resource.type} ${resource.name}`);
    }
  });

  it('let only those write in transactions that do, each under ids of its own', () => {
    const ids = rights.filter(({ resource }) => resource.type === 'transactionalId');
    expect(ids.map(({ principal }) => principal)).toEqual(
      ['scenario-injector', 'cdr-generator', 'networklog-generator', 'customerservice-generator', 'location-generator']);
    for (const { principal, resource } of ids) {
      for (const other of processors) {
        const id = names().transactionalId(other.name, 0);
        const matches = resource.patternType === 'prefix' ? id.startsWith(resource.name) : id === resource.name;
        expect(matches, `${principal}: ${id}`).toBe(other.name === principal);
      }
    }
  });

  it('name the edge that a right belongs to', () => {
    const edge = (principal: string, operation: Operation, name: string): string | undefined => (
      of(principal).find(({ resource, operation: is }) => is === operation && resource.name === name)?.edge);
    expect(edge('cdr-generator', 'Write', 'cdrs')).toBe('cdr-generator → cdrs');
    expect(edge('cdr-generator', 'Read', 'sim_ticks')).toBe('sim_ticks → cdr-generator');
    expect(edge('scenario-injector', 'Describe', 'location-generator')).toBe('location-generator → scenario-injector');
    expect(edge(TOPICS_JOB, 'Create', 'cdrs')).toBe('schema-registration → cdrs');
  });

  it('carry the prefix everywhere, so that the rights of one twin open nothing of another', () => {
    for (const { resource } of accessRights({ prefix: 'a.' })) expect(resource.name).toMatch(/^a\./);
    expect(accessRights({ prefix: 'a.' })).toHaveLength(rights.length);
  });
});

describe('the job that looks after topics', () => {
  it('may create every topic, or only compare where others create them', () => {
    expect(topicsWith('Create', of(TOPICS_JOB))).toEqual([...topicNames].sort());
    const comparing = of(TOPICS_JOB, accessRights({ topicsCreatedBy: 'others' }));
    expect(topicsWith('Create', comparing)).toEqual([]);
    for (const operation of ['Describe', 'DescribeConfigs'] as const) expect(topicsWith(operation, comparing)).toEqual([...topicNames].sort());
  });

  it('is a principal, as is every processor', () => {
    expect(principals()).toEqual([TOPICS_JOB, ...processors.map(({ name }) => name)]);
    expect(new Set(rights.map(({ principal }) => principal))).toEqual(new Set(principals()));
  });
});

describe('rights of one processor', () => {
  it('are what accessRights has of it', () => {
    const [generator] = processors.filter(({ name }) => name === 'cdr-generator');
    expect(processorRights(generator, names('p.'))).toEqual(of('cdr-generator', accessRights({ prefix: 'p.' })));
  });
});
