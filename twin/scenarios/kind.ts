import type { IntentSink } from '../intents/intent.ts';
import type { Membership } from '../intents/membership.ts';
import type { DayPlan } from '../mobility/day-plan.ts';
import type { World } from '../world.ts';
import type { ControlEvent, ResolvedScenario, StateChange, TargetType } from './types.ts';

/** A parameter of a scenario kind, as shown by the API and checked before a scenario starts. */
export interface ParameterSpec {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly default: number;
}

/** What a kind makes of a control event's target: indices, and the state changes of its beginning and end. */
export interface Resolution {
  readonly cells: readonly number[];
  readonly subscribers: readonly number[];
  readonly onBegin: readonly StateChange[];
  readonly onEnd: readonly StateChange[];
}

/**
 * A kind of scenario: everything the twin knows about one sort of cause. Adding a kind is one file that exports one of
 * these, and one line in `kinds.ts`.
 */
export interface ScenarioKind {
  readonly kind: string;
  readonly title: string;
  readonly description: string;
  readonly targets: readonly TargetType[];
  readonly parameters: readonly ParameterSpec[];
  /** How long after its end an event may still differ because of it, ms. */
  readonly tailMs: number;
  /** Longest duration when the control event names no `until`, ms; null means open-ended. */
  readonly defaultDurationMs: number | null;
  /** Resolves targets once. Throws {@link ScenarioError} naming the field that is wrong. */
  resolve(event: ControlEvent, world: World, appliedFrom: number): Resolution;
  /**
   * The effects of one phase of a scenario on one world.
   * @param run the phases of that scenario which touch, in order, this one among them: what one has begun the next goes on with
   */
  effect(phase: ResolvedScenario, world: World, run: readonly ResolvedScenario[]): ScenarioEffect;
}

/** A SIM and device in somebody else's hands, and where they are. */
export interface HeldIdentity {
  /** Identity of the holder. */
  readonly imsi: number;
  readonly imei: number;
  /** Identity of the rightful owner, before the scenario. */
  readonly rightfulImsi: number;
  readonly rightfulImei: number;
  /** Event times over which it is held, by this phase of the scenario and those that touch it: [since, until). */
  readonly since: number;
  readonly until: number;
  /** Position of the holder on the network's plane, km, and the cell that serves them there while all cells work. */
  readonly x: number;
  readonly y: number;
  readonly cell: number;
}

/**
 * How a scenario in force changes the answers the model asks for. Every hook is a pure function that looks only at times
 * within [from, until), so effects are causal. A hook left out changes nothing.
 */
export interface ScenarioEffect {
  readonly scenario: ResolvedScenario;
  /** Event times in force: [from, until). `until` is Infinity while open-ended. */
  readonly from: number;
  readonly until: number;
  /** True when the cell gives no service while the scenario is in force. */
  isDown?(cell: number): boolean;
  /** Load added to the cell's expected load, in units of its capacity. */
  extraLoad?(cell: number, hourOfWeek: number): number;
  /**
   * Rewrites a subscriber's day from the moment the scenario takes hold of them. Returns true when the day is this scenario's from then on.
   * @param by whose day it is already
   */
  redirectDay?(plan: DayPlan, by: ScenarioEffect | null): boolean;
  /** True when the subscriber's own phone is cut off from the network at `time` (somebody else holds the identity). */
  isDispossessed?(subscriber: number, time: number): boolean;
  /** True when it happens at `from`, not in an earlier phase. */
  dispossesses?(subscriber: number): boolean;
  /**
   * Adds intents that start within the hour [hourStart, hourStart + 1 h) for members of a partition; others are ignored.
   * @param dayOf a subscriber's day that contains a time, if it is this scenario's among all that want it; valid until the next call
   */
  addIntents?(hourStart: number, members: Membership, sink: IntentSink, dayOf: (subscriber: number, time: number) => DayPlan | null): void;
  /** The identity that answers to the subscriber's number while the scenario holds it, or undefined. */
  identity?(subscriber: number): HeldIdentity | undefined;
}
