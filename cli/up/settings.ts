import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { tryLock, unlock } from '../../host/file-lock.ts';
import { makeDataFolder } from '../data-folder.ts';
import { UsageError } from '../errors.ts';
import { backfillHoursOf } from '../plan/figures.ts';

/** What makes a twin this twin: kept beside its data, never changed in its life. */
export interface TwinSettings {
  readonly subscribers: number;
  readonly partitions: number;
  readonly region: string;
  readonly seed: number;
  /** First simulated instant, ISO 8601. */
  readonly start: string;
  /** Hours of history before the first `up`: they stay for as long as the twin's other events. */
  readonly backfillHours: number;
}

/** The same, as asked for on the command line: only what was given. */
export interface TwinRequest {
  readonly subscribers?: number;
  readonly partitions?: number;
  readonly region?: string;
  readonly seed?: number;
  /** Milliseconds since the epoch. */
  readonly start?: number;
  /** Not the twin's for life: a new one begins at it, by default 1. */
  readonly speed?: number;
}

export const DEFAULTS = { subscribers: 100_000, partitions: 8, region: 'IE', seed: 1, speed: 1 } as const;

/** The folder of a twin, held by one `up` at a time. */
export class TwinFolder {
  readonly path: string;
  readonly settings: TwinSettings;
  /** False when an earlier `up` made this twin: it goes on where that one stopped. */
  readonly isNew: boolean;
  readonly #reset: boolean;

  private constructor(path: string, settings: TwinSettings, isNew: boolean, reset: boolean) {
    this.path = path;
    this.settings = settings;
    this.isNew = isNew;
    this.#reset = reset;
  }

  /**
   * Opens or makes the folder, and changes nothing in it before `begin`. The settings of a new twin are only its own once they are kept.
   * @param reset whether a twin that is there gives way to a new one
   * @param now wall-clock time, ms
   * @throws UsageError when another `up` uses it, when it holds other things than a twin, or a twin with other settings than those asked for
   */
  static open(dataDir: string, request: TwinRequest, reset: boolean, now: number): TwinFolder {
    const path = resolve(dataDir);
    makeDataFolder(path);
    requireOwn(path);
    const holder = tryLock(lockFile(path));
    if (holder !== undefined) {
      throw new UsageError(`Another telco-twin up (pid ${holder}) uses ${path}. Stop it with Ctrl-C there, or choose another folder with --data-dir.`);
    }
    try {
      const found = reset ? undefined : read(path);
      if (found !== undefined) requireSame(path, found, request);
      return new TwinFolder(path, found ?? create(request, now), found === undefined, reset);
    } catch (error) {
      unlock(lockFile(path));
      throw error;
    }
  }

  file(...names: readonly string[]): string {
    return join(this.path, ...names);
  }

  close(): void {
    unlock(lockFile(this.path));
  }

  /** Makes the folder one of `up` and deletes the twin that gives way: only when nothing is left that could refuse the new one. */
  begin(): void {
    writeFileSync(markerFile(this.path), 'telco-twin up made this folder: up --reset deletes its twin.\n');
    if (this.#reset) wipe(this.path);
  }

  /** Makes the settings those of the folder: before there is anything of the twin, since from then on no other can be there. */
  keep(): void {
    if (!this.isNew) return;
    const temporary = `${settingsFile(this.path)}.part`;
    writeFileSync(temporary, `${JSON.stringify(this.settings, undefined, 2)}\n`);
    renameSync(temporary, settingsFile(this.path));
  }
}

const settingsFile = (path: string): string => join(path, 'twin.json');
const markerFile = (path: string): string => join(path, 'up.folder');
const lockFile = (path: string): string => join(path, 'up.lock');

/** In a folder of the default's name `vastdb` and `run subscriber-db` may have been before any `up`: it is telco-twin's by its name. */
const OWN_NAME = '.telco-twin';

/** A folder with other things in it would lose what is called as `up` calls its own at the next `--reset`. */
function requireOwn(path: string): void {
  if (basename(path) === OWN_NAME || existsSync(markerFile(path)) || existsSync(settingsFile(path))) return;
  const others = readdirSync(path).filter((name) => !name.startsWith(basename(lockFile(path))));
  if (others.length === 0) return;
  throw new UsageError(
    `--data-dir ${path} is not empty (${others.slice(0, 3).join(', ')}${others.length > 3 ? ', …' : ''}) and was not made by telco-twin up. ` +
      `Choose a folder that is empty or not there yet, e.g. --data-dir ${join(path, 'twin')}.`,
  );
}

/** Deletes what `up` made and nothing else: other things may have been put beside it. */
function wipe(path: string): void {
  for (const name of ['kafka', 'registry', 'vastdb', 'subscriber-db', 'logs', 'twin.json']) rmSync(join(path, name), { recursive: true, force: true });
}

function read(path: string): TwinSettings | undefined {
  if (!existsSync(settingsFile(path))) return undefined;
  try {
    return JSON.parse(readFileSync(settingsFile(path), 'utf8')) as TwinSettings;
  } catch (error) {
    throw new UsageError(`${settingsFile(path)} is not readable (${String(error)}). Repair it, or start over with --reset.`);
  }
}

function create(request: TwinRequest, now: number): TwinSettings {
  const start = request.start ?? Math.floor(now / 1000) * 1000;
  return {
    subscribers: request.subscribers ?? DEFAULTS.subscribers,
    partitions: request.partitions ?? DEFAULTS.partitions,
    region: request.region ?? DEFAULTS.region,
    seed: request.seed ?? DEFAULTS.seed,
    start: new Date(start).toISOString(),
    backfillHours: backfillHoursOf(start, now, request.speed ?? DEFAULTS.speed),
  };
}

function requireSame(path: string, found: TwinSettings, request: TwinRequest): void {
  const asked = { ...request, start: request.start === undefined ? undefined : new Date(request.start).toISOString() };
  const differences = (['subscribers', 'partitions', 'region', 'seed', 'start'] as const).flatMap((name) =>
    asked[name] === undefined || asked[name] === found[name] ? [] : [`  --${name} ${asked[name]}, but this twin has ${found[name]}`],
  );
  if (differences.length === 0) return;
  throw new UsageError(
    `${path} holds a twin with other settings:\n${differences.join('\n')}\n` +
      'Leave the options out to continue that twin, add --reset to delete it and start this one, or keep both with --data-dir.',
  );
}
