import { expect } from 'vitest';
import type { Right } from '../../../topology/graph/index.ts';
import { AuthorizationError } from '../../../topology/log/index.ts';

/** `Write topic cdrs`, without the twin's prefix. */
export function rightName({ operation, resource }: Right, prefix: string): string {
  return `${operation} ${resource.type} ${resource.name.replace(prefix, '')}${resource.patternType === 'prefix' ? '*' : ''}`;
}

/** The message names this right and its edge as what is missing, and no other. */
export function expectMissing(message: string, right: Right): void {
  const { principal, operation, resource, edge } = right;
  const name = `${resource.name}${resource.patternType === 'prefix' ? '*' : ''}`;
  expect(message).toContain(`Missing: ${principal} needs ${operation} on ${resource.type} ${name} (${edge}: `);
  expect(message.split(' needs ')).toHaveLength(2);
}

export function expectRefusal(error: unknown, right: Right): void {
  expect(error).toBeInstanceOf(AuthorizationError);
  expectMissing((error as Error).message, right);
}
