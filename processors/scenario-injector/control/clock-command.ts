import { ScenarioError, type ControlEvent } from '../../../twin/scenarios/index.ts';
import { MAX_SPEED, MIN_SPEED, pause, resume, setSpeed, type ClockPolicy } from '../clock/clock-policy.ts';
import type { ClockHead } from '../clock/clock-record.ts';

/**
 * The kind of the control events that steer the clock. They go through `scenario_events` like all others, so that any replica
 * and any Kafka client can send them and their order is that of the log: action UPDATE, scenario_id `clock`, parameter
 * `command` = pause, resume or speed, and for speed the parameter `speed`. They act when the leader reads them.
 */
export const CLOCK_KIND = 'clock';
export const CLOCK_ID = 'clock';

export type ClockCommand = { readonly command: 'pause' | 'resume' } | { readonly command: 'speed'; readonly speed: number };

/** Throws {@link ScenarioError} naming the parameter that is wrong. */
export function clockCommand(event: ControlEvent): ClockCommand {
  const { command, speed } = event.parameters;
  if (event.scenarioId !== CLOCK_ID) throw new ScenarioError('scenario_id', `a control event of kind clock has the scenario_id "${CLOCK_ID}", not "${event.scenarioId}"`);
  if (command === 'pause' || command === 'resume') return { command };
  if (command !== 'speed') throw new ScenarioError('parameters.command', `command is "${command ?? ''}"; expected pause, resume or speed`);
  return { command, speed: checkSpeed(speed?.trim() === '' ? Number.NaN : Number(speed)) };
}

export function checkSpeed(speed: number): number {
  if (!(speed >= MIN_SPEED && speed <= MAX_SPEED)) throw new ScenarioError('parameters.speed', `speed is ${speed}; expected a number from ${MIN_SPEED} to ${MAX_SPEED}`);
  return speed;
}

/** The clock after a command. */
export function obey(policy: ClockPolicy, head: ClockHead, command: ClockCommand, issuedBy: string, wall: number): ClockHead {
  switch (command.command) {
    case 'pause': return { ...head, clock: pause(head.clock), pausedBy: issuedBy };
    case 'resume': return { ...head, clock: resume(policy, head.clock, wall), pausedBy: null };
    case 'speed': return { ...head, clock: setSpeed(head.clock, command.speed, wall) };
  }
}
