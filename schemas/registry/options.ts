import { readFileSync } from 'node:fs';
import type { RegistryOptions } from './client.ts';

/**
 * Options from SCHEMA_REGISTRY_URL, SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_PASSWORD or SCHEMA_REGISTRY_PASSWORD_FILE
 * (a file that holds nothing but the password and perhaps a line end, read again for each request).
 */
export function registryOptions(env: NodeJS.ProcessEnv, defaultUrl = 'http://127.0.0.1:8081/apis/ccompat/v7'): RegistryOptions {
  const file = env['SCHEMA_REGISTRY_PASSWORD_FILE'];
  return {
    url: env['SCHEMA_REGISTRY_URL'] ?? defaultUrl,
    username: env['SCHEMA_REGISTRY_USERNAME'],
    password: env['SCHEMA_REGISTRY_PASSWORD'] ?? (file === undefined ? undefined : () => readFileSync(file, 'utf8').trimEnd()),
  };
}
