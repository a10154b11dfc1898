import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Files as the kubelet mounts those of a Secret: each a link through `..data` to a folder, which is exchanged as a whole when
 * the Secret changes.
 */
export class MountedSecrets {
  readonly #folder: string;
  readonly #contents = new Map<string, Map<string, string>>();
  #version = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Path of a mount. */
  at(mount: string): string {
    return join(this.#folder, mount);
  }

  /** Writes or replaces files of a mount. @returns its path */
  put(mount: string, files: Readonly<Record<string, string>>): string {
    const root = this.at(mount);
    const contents = this.#contents.get(mount) ?? new Map<string, string>();
    const known = new Set(contents.keys());
    this.#contents.set(mount, contents);
    for (const [name, content] of Object.entries(files)) contents.set(name, content);
    const version = `..v${(this.#version += 1)}`;
    mkdirSync(join(root, version), { recursive: true });
    for (const [name, content] of contents) writeFileSync(join(root, version, name), content, { mode: 0o600 });
    symlinkSync(version, join(root, '..data_tmp'));
    renameSync(join(root, '..data_tmp'), join(root, '..data'));
    for (const name of contents.keys()) if (!known.has(name)) symlinkSync(join('..data', name), join(root, name));
    return root;
  }
}
