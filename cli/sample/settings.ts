import { readFileSync } from 'node:fs';
import { controlEventFromJson, SAMPLED_TOPICS, type SampledTopic } from '../../processors/sample/index.ts';
import { ScenarioError, type ControlEvent } from '../../twin/scenarios/index.ts';
import { UsageError } from '../errors.ts';

/** Options of `telco-twin sample` as commander parses them. Times are event time, ms. */
export interface SampleCommandOptions {
  readonly stream: string;
  readonly from: number;
  readonly minutes: number;
  readonly subscribers: number;
  readonly seed: number;
  readonly region: string;
  readonly capacity?: number;
  readonly partitions: number;
  readonly partition?: number;
  readonly format: string;
  readonly scenario: readonly string[];
  readonly groundTruth?: true;
  readonly limit?: number;
}

export interface SampleSettings {
  readonly topics: readonly SampledTopic[];
  readonly format: 'json' | 'avro';
  readonly controlEvents: readonly ControlEvent[];
}

/** Checks options against each other and reads the scenario files. Throws UsageError. */
export function sampleSettings(options: SampleCommandOptions): SampleSettings {
  const topics = topicsOf(options);
  const { format, partition, partitions } = options;
  if (format !== 'json' && format !== 'avro') throw new UsageError(`--format is '${format}'; formats: json, avro`);
  if (format === 'avro' && topics.length > 1) {
    throw new UsageError('an Avro file holds records of one schema: choose one --stream (ground_truth is one too), or --format json');
  }
  if (partition !== undefined && partition >= partitions) {
    throw new UsageError(`--partition is ${partition}, but ${partitions} partitions are numbered 0 to ${partitions - 1}`);
  }
  return { topics, format, controlEvents: options.scenario.flatMap(readControlEvents) };
}

function topicsOf({ stream, groundTruth }: SampleCommandOptions): SampledTopic[] {
  if (stream === 'all') return [...SAMPLED_TOPICS];
  const topic = SAMPLED_TOPICS.find((name) => name === stream);
  if (topic === undefined) throw new UsageError(`there is no stream '${stream}'; streams: ${SAMPLED_TOPICS.join(', ')}, all`);
  return groundTruth && topic !== 'ground_truth' ? [topic, 'ground_truth'] : [topic];
}

/** A file holds one control event, or a list of them, in the form of the ScenarioEvent schema. */
function readControlEvents(path: string): ControlEvent[] {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`--scenario ${path} can't be read: ${(error as Error).message}`);
  }
  try {
    return (Array.isArray(json) ? json : [json]).map(controlEventFromJson);
  } catch (error) {
    if (error instanceof ScenarioError) throw new UsageError(`--scenario ${path}: ${error.message}`);
    throw error;
  }
}
