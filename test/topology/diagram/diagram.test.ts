import { describe, expect, it } from 'vitest';
import { withDiagram } from '../../../topology/diagram/generate.ts';
import { mermaid } from '../../../topology/diagram/mermaid.ts';
import { processors, topicNames, topics } from '../../../topology/graph/index.ts';

describe('the diagram', () => {
  it('shows every processor, and every topic but dead_letters and those that nothing writes yet', () => {
    const text = mermaid();
    for (const { name } of processors) expect(text).toContain(`["${name}"]`);
    for (const topic of topicNames.filter((name) => name !== 'dead_letters' && topics[name].writers !== 'nobody')) expect(text).toContain(`"${topic}"`);
  });

  it('draws what all generators share once, at the box around them', () => {
    const lines = mermaid().split('\n').map((line) => line.trim());
    expect(lines).toContain('sim_ticks --> tasks');
    expect(lines).toContain('cdr_generator --> cdrs');
    expect(lines.filter((line) => line.startsWith('sim_ticks -->'))).toEqual(['sim_ticks --> tasks']);
  });

  it('replaces what is between the markers, keeps the rest, and repeats without change', () => {
    const once = withDiagram('a\n<!-- topology:begin -->\nold\n<!-- topology:end -->\nz\n', 'README.md');
    expect(once).toMatch(/^a\n<!-- topology:begin -->\n```mermaid\nflowchart LR\n[^]*\n```\n<!-- topology:end -->\nz\n$/);
    expect(once).not.toContain('old');
    expect(withDiagram(once, 'README.md')).toBe(once);
  });

  it('says which markers a file lacks', () => {
    expect(() => withDiagram('no place', 'README.md')).toThrow(/README\.md has no place for the diagram: add a line '<!-- topology:begin -->'/);
  });
});
