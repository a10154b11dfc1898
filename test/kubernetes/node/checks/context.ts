import type { TestTwin } from '../../../integration/twin/twin.ts';
import type { Report } from '../../support/report.ts';
import type { Deployment } from '../deployment.ts';
import type { Node } from '../node.ts';

/** What the checks of a deployed tree work with. */
export interface NodeContext {
  readonly node: Node;
  readonly deployment: Deployment;
  readonly twin: TestTwin;
  readonly report: Report;
}
