import { count } from '../plan/format.ts';
import type { ProcessStatus, TwinStatus } from './status.ts';

/** How a running twin is shown. */
export interface Display {
  /** Pause between two looks, ms. */
  readonly intervalMs: number;
  show(status: TwinStatus): void;
  /** Leaves the terminal as it should be left. */
  end(): void;
}

/**
 * The display that fits the output: JSON lines on request, a live table on a terminal, else a line every ten seconds.
 * @param heading what stays true while the twin runs; printed once, above what changes
 */
export function displayFor(out: NodeJS.WriteStream, json: boolean, heading: readonly string[]): Display {
  if (json) return new JsonLines(out);
  out.write(heading.map((line) => `${line}\n`).join(''));
  return out.isTTY ? new LiveTable(out) : new PlainLines(out);
}

class JsonLines implements Display {
  readonly intervalMs = 2_000;
  readonly #out: NodeJS.WriteStream;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  show(status: TwinStatus): void {
    this.#out.write(`${JSON.stringify({ at: new Date().toISOString(), ...status })}\n`);
  }

  end(): void {}
}

class PlainLines implements Display {
  readonly intervalMs = 10_000;
  readonly #out: NodeJS.WriteStream;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  show(status: TwinStatus): void {
    this.#out.write(`${plainLine(status, Date.now())}\n`);
  }

  end(): void {}
}

class LiveTable implements Display {
  readonly intervalMs = 1_000;
  readonly #out: NodeJS.WriteStream;
  #height = 0;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  show(status: TwinStatus): void {
    const visible = fit(table(status, Date.now()), this.#out.rows - 1).map((line) => clip(line, this.#out.columns));
    const up = this.#height === 0 ? '' : `\x1b[${this.#height}A\r`;
    this.#out.write(`${up}${visible.map((line) => `\x1b[2K${line}\n`).join('')}\x1b[J`);
    this.#height = visible.length;
  }

  end(): void {
    this.#height = 0;
  }
}

/** As many lines as there is room for; where some are left out, the last says how many. */
function fit(lines: readonly string[], rows: number): readonly string[] {
  if (lines.length <= rows) return lines;
  const shown = Math.max(0, rows - 1);
  return [...lines.slice(0, shown), `  … ${lines.length - shown} more lines; a higher window shows them`];
}

/**
 * One line for logs.
 * @param now wall-clock time, ms
 */
export function plainLine(status: TwinStatus, now: number): string {
  const streams = status.streams.map(({ stream, perSecond, total }) => `${stream} ${count(perSecond)}/s (${count(total)})`);
  const scenarios = status.scenarios.map(({ id, kind }) => `${id} (${kind})`);
  return [
    clockText(status, now),
    streams.join(', '),
    ...(scenarios.length === 0 ? [] : [`scenarios ${scenarios.join(', ')}`]),
    ...troubles(status),
  ].join('  ');
}

/**
 * The live table. What would not fit a low window comes last.
 * @param now wall-clock time, ms
 */
export function table(status: TwinStatus, now: number): string[] {
  return [
    `  ${clockText(status, now)}`,
    ...troubles(status).map((trouble) => `  ${trouble}`),
    '',
    `  ${'stream'.padEnd(28)}${'events/s'.padStart(10)}${'total'.padStart(16)}`,
    ...status.streams.map(({ stream, perSecond, total }) =>
      `  ${stream.padEnd(28)}${count(perSecond).padStart(10)}${count(total).padStart(16)}`),
    '',
    ...(status.scenarios.length === 0 ? ['  no scenario is running'] : status.scenarios.map(({ id, kind, status: state }) => `  scenario ${id}  ${kind}  ${state.toLowerCase()}`)),
    '',
    `  ${'process'.padEnd(28)}${'lag'.padStart(10)}${'memory'.padStart(16)}  state`,
    ...status.processes.map(processLine),
  ];
}

function troubles({ processes }: TwinStatus): string[] {
  return processes.flatMap(({ name, state, reason, unready }) => {
    if (state === 'WAITING') return [`${name} restarting: ${reason ?? 'no reason known'}`];
    return unready === undefined ? [] : [`${name} not ready: ${unready}`];
  });
}

function processLine({ name, state, restarts, reason, unready, lagSeconds, memoryBytes }: ProcessStatus): string {
  const lag = lagSeconds === undefined ? '' : duration(lagSeconds);
  const memory = memoryBytes === undefined ? '' : `${(memoryBytes / 1e6).toFixed(0)} MB`;
  const shown = state === 'RUNNING' && unready !== undefined ? 'not ready' : state.toLowerCase();
  const note = restarts > 0 || state === 'WAITING' ? `, restarted ${restarts}×${reason === undefined ? '' : `: ${reason}`}` : '';
  return `  ${name.padEnd(28)}${lag.padStart(10)}${memory.padStart(16)}  ${shown}${note}`;
}

/** Event time that far ahead of the wall clock is no tick or drift between two machines' clocks, ms. */
const AHEAD_MS = 60_000;

function clockText({ clock }: TwinStatus, now: number): string {
  if (clock === undefined) return 'waiting for the clock';
  const time = new Date(clock.time).toISOString().replace('T', ' ').slice(0, 19);
  const mode = clock.pausedBy === undefined ? clock.mode : `${clock.mode} ${PAUSES[clock.pausedBy] ?? `by ${clock.pausedBy}`}`;
  const speed = clock.speed === 1 ? '' : ` ×${clock.speed}`;
  // At speed 1 the wall clock says what is due: a clock that is ahead of it, as after a higher speed, has nothing to tick until then.
  const ahead = clock.time - now;
  const stands = clock.mode === 'LIVE' && clock.speed === 1 && ahead > AHEAD_MS;
  return `${time} UTC  ${mode}${speed}  ${stands ? `stands: the wall clock gets there in ${duration(ahead / 1_000)}` : `lag ${duration(clock.lagSeconds)}`}`;
}

/** What paused the clock, where it was not a person. */
const PAUSES: Readonly<Record<string, string>> = { until: 'at its end (--until)', 'on-gap': 'after a gap (--on-gap)' };

/** `0.8 s`, `12 min`, `3 h`, `30 d`: two significant digits are enough to see where a lag goes. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${Math.max(0, seconds).toFixed(1)} s`;
  if (seconds < 120) return `${seconds.toFixed(0)} s`;
  if (seconds < 7_200) return `${(seconds / 60).toFixed(0)} min`;
  if (seconds < 172_800) return `${(seconds / 3_600).toFixed(0)} h`;
  return `${(seconds / 86_400).toFixed(0)} d`;
}

function clip(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, columns - 1)}…`;
}
