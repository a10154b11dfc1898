/** What a VAST cluster says in its `Server` header: `vast A.B.C.D`. */
export interface ServerVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly build: number;
}

/** Reads the `Server` header exactly as the Python SDK does: four integers, one space, nothing after. */
export function parseServerHeader(header: string): ServerVersion | undefined {
  const match = /^vast (\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(header);
  if (match === null) return undefined;
  const [major = 0, minor = 0, patch = 0, build = 0] = match.slice(1).map(Number);
  return { major, minor, patch, build };
}

export function formatServerHeader({ major, minor, patch, build }: ServerVersion): string {
  return `vast ${major}.${minor}.${patch}.${build}`;
}

export function isAtLeast(version: ServerVersion, major: number, minor: number): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}
