/** JSON schema of a problem+json answer, for OpenAPI documents. */
export const problem = {
  type: 'object',
  description: 'RFC 9457',
  properties: {
    type: { type: 'string' }, title: { type: 'string' }, status: { type: 'integer' }, detail: { type: 'string' }, instance: { type: 'string' },
    errors: {
      type: 'array',
      items: { type: 'object', properties: { pointer: { type: 'string', description: 'RFC 6901' }, detail: { type: 'string' } } },
    },
  },
} as const;
