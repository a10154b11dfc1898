/* Schemas in a Confluent-compatible registry: who registers, who looks up, who reads what others wrote. */
export { checkAll, type CheckedSubject } from './registry/check.ts';
export { RegistryClient, type RegistryOptions } from './registry/client.ts';
export * from './registry/errors.ts';
export { lookupIds, type LookedUpTopic } from './registry/lookup.ts';
export { registryOptions } from './registry/options.ts';
export { registerAll, type RegisteredSubject } from './registry/register.ts';
export { SchemaResolver, writerSchema, type WriterSchema } from './registry/resolver.ts';
