import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

/** A metric that a query reads, with the labels it names for it: in matchers, and in the groupings and joins around it. */
export interface Selected {
  readonly metric: string;
  readonly labels: readonly string[];
}

/** @throws Error with the place when the text is no PromQL */
export function selectedMetrics(query: string): Selected[] {
  const tree = parser.parse(query);
  const selected: Selected[] = [];
  tree.iterate({
    enter: ({ type, node, from }) => {
      if (type.isError) throw new Error(`not PromQL at "${query.slice(from, from + 20)}": ${query}`);
      if (type.name !== 'VectorSelector') return;
      const identifier = node.getChild('Identifier');
      if (identifier === null) throw new Error(`a selector without a metric: ${query}`);
      selected.push({ metric: text(query, identifier), labels: [...matchers(query, node), ...groupings(query, node)] });
    },
  });
  return selected;
}

function matchers(query: string, selector: SyntaxNode): string[] {
  const labels: string[] = [];
  selector.getChild('LabelMatchers')?.cursor().iterate(({ type, node }) => {
    if (type.name === 'LabelName') labels.push(text(query, node));
  });
  return labels;
}

/** Labels of the nearest `by (…)`: an aggregation by a label that its metric does not have is a mistake. */
function groupings(query: string, selector: SyntaxNode): string[] {
  for (let node = selector.parent; node !== null; node = node.parent) {
    if (node.type.name !== 'AggregateExpr') continue;
    const modifier = node.getChild('AggregateModifier');
    if (modifier === null || modifier.getChild('By') === null) return [];
    return modifier.getChild('GroupingLabels')?.getChildren('LabelName').map((label) => text(query, label)) ?? [];
  }
  return [];
}

function text(query: string, { from, to }: { readonly from: number; readonly to: number }): string {
  return query.slice(from, to);
}
