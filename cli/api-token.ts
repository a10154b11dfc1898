import { tokensOf } from '../processors/rest/access.ts';

/**
 * The token that callers of the REST API send: the first of those that it takes. While one is exchanged for another there are several,
 * a line each.
 */
export function apiToken(env: NodeJS.ProcessEnv): string | undefined {
  return tokensOf(env, 'API_TOKEN')?.()[0];
}
