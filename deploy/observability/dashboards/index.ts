import type { Dashboard } from '@grafana/schema';
import { overview } from './overview.ts';

/** By file name. */
export const dashboards: Readonly<Record<string, Dashboard>> = { overview };
