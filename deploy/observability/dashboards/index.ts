import type { Dashboard } from '@grafana/schema';
import { generators } from './generators.ts';
import { kafka } from './kafka.ts';
import { overview } from './overview.ts';
import { sink } from './sink.ts';

/** By file name. */
export const dashboards: Readonly<Record<string, Dashboard>> = { overview, generators, sink, kafka };
