import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Unavailable } from './unavailable.ts';

const run = promisify(execFile);
const DAYS = '30';

/** A certificate to issue. */
export interface Leaf {
  /** Base name of its files: `<name>.crt`, `<name>.key`. */
  readonly name: string;
  /** Name of the certificate authority that signs it. */
  readonly authority: string;
  /** Subject as OpenSSL writes it, e.g. `/O=system:masters/CN=admin`. */
  readonly subject: string;
  readonly usage: 'serverAuth' | 'clientAuth' | 'serverAuth,clientAuth';
  /** Subject alternative names, e.g. `IP:127.0.0.1`. */
  readonly names?: readonly string[];
}

/** The files of a cluster's public-key infrastructure: EC P-256, valid for 30 days. */
export class Pki {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Makes the authorities in a new folder, and the key pair that signs ServiceAccount tokens (`sa.key`, `sa.pub`).
   * @throws Unavailable when there is no `openssl`
   */
  static async create(folder: string, authorities: readonly string[]): Promise<Pki> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const pki = new Pki(folder);
    for (const name of authorities) {
      await pki.#openssl('req', '-x509', ...NEW_KEY, '-days', DAYS, '-keyout', pki.key(name), '-out', pki.certificate(name), '-subj', `/CN=${name}`);
    }
    await pki.#openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', pki.key('sa'));
    await pki.#openssl('ec', '-in', pki.key('sa'), '-pubout', '-out', join(folder, 'sa.pub'));
    return pki;
  }

  certificate(name: string): string {
    return join(this.folder, `${name}.crt`);
  }

  key(name: string): string {
    return join(this.folder, `${name}.key`);
  }

  async issue({ name, authority, subject, usage, names = [] }: Leaf): Promise<void> {
    const request = join(this.folder, `${name}.csr`);
    const extensions = join(this.folder, `${name}.ext`);
    writeFileSync(extensions, `extendedKeyUsage=${usage}\n${names.length > 0 ? `subjectAltName=${names.join(',')}\n` : ''}`);
    await this.#openssl('req', ...NEW_KEY, '-keyout', this.key(name), '-out', request, '-subj', subject);
    await this.#openssl(
      'x509', '-req', '-in', request, '-CA', this.certificate(authority), '-CAkey', this.key(authority), '-CAcreateserial',
      '-days', DAYS, '-out', this.certificate(name), '-extfile', extensions,
    );
  }

  async #openssl(...args: string[]): Promise<void> {
    try {
      await run('openssl', args);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new Unavailable('no openssl on PATH: it makes the certificates of the cluster', { cause: error });
      throw error;
    }
  }
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'] as const;
