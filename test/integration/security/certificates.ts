import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A key and its certificate, as PEM files. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** A certificate authority of a test's own, by openssl. Keys are P-256, certificates last two days. */
export class CertificateAuthority {
  /** PEM file to be trusted. */
  readonly cert: string;
  readonly #folder: string;
  readonly #key: string;

  private constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#key = join(folder, `${name}.key`);
    this.cert = join(folder, `${name}.crt`);
  }

  static async create(folder: string, name: string): Promise<CertificateAuthority> {
    const ca = new CertificateAuthority(folder, name);
    await openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', `/CN=${name}`,
      '-keyout', ca.#key, '-out', ca.cert);
    return ca;
  }

  /** For a server on the loopback interface, or a client: the common name is what Kafka makes a principal of. */
  async issue(commonName: string): Promise<Certificate> {
    const [key, request, cert, extensions] = ['key', 'csr', 'crt', 'ext'].map((suffix) => join(this.#folder, `${commonName}.${suffix}`));
    await openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=${commonName}`, '-keyout', key, '-out', request);
    await writeFile(extensions, 'subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth,clientAuth\n');
    await openssl('x509', '-req', '-in', request, '-CA', this.cert, '-CAkey', this.#key, '-CAcreateserial', '-days', '2', '-extfile', extensions, '-out', cert);
    return { key, cert };
  }
}

/** Key and certificate in one file, as Kafka's PEM key stores want them. */
export async function keyStore({ key, cert }: Certificate, file: string): Promise<void> {
  await writeFile(file, `${await readFile(key, 'utf8')}${await readFile(cert, 'utf8')}`);
}

async function openssl(...args: readonly string[]): Promise<void> {
  await run('openssl', args);
}
