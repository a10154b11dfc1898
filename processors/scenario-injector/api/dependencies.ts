import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Names } from '../../../topology/graph/index.ts';
import type { Admin } from '../../../topology/log/index.ts';
import type { ControlEvent } from '../../../twin/scenarios/index.ts';
import type { InjectorSettings } from '../settings.ts';
import type { Phase } from '../state/scenario-table.ts';
import type { InjectedTwin } from '../twin.ts';
import type { View } from '../view.ts';
import type { ControlWriter } from './control-writer.ts';

/** What the routes of the API share. */
export interface ApiDependencies {
  readonly admin: Admin;
  readonly names: Names;
  readonly partitions: number;
  readonly settings: InjectorSettings;
  readonly twin: InjectedTwin;
  readonly view: View;
  readonly writer: ControlWriter;
  readonly logger: Logger;
  readonly metrics: Registry;
  /** The control event that opened a phase, from `scenario_events`; null when it is not there any more. */
  readonly lastControlEvent: (phase: Phase) => Promise<ControlEvent | null>;
  readonly now: () => number;
}
