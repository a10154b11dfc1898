import { describe, expect, it } from 'vitest';
import { free } from '../../host/memory.ts';

describe('freeing a buffer', () => {
  it('empties it, and every view of the same memory', () => {
    const buffer = Buffer.alloc(100_000, 7);
    const view = buffer.subarray(10, 20);
    free(buffer);
    expect(buffer.length).toBe(0);
    expect(view.length).toBe(0);
  });

  it('does nothing to what is empty, however often', () => {
    const freed = Buffer.alloc(100_000);
    for (const buffer of [freed, Buffer.alloc(0)]) {
      free(buffer);
      free(buffer);
      expect(buffer.length).toBe(0);
    }
  });

  it('leaves memory alone that others have a share of', () => {
    const pooled = Buffer.from('small ones share a pool');
    const part = Buffer.alloc(100_000, 7).subarray(1);
    const shared = Buffer.from(new SharedArrayBuffer(16));
    for (const buffer of [pooled, part, shared]) free(buffer);
    expect(pooled.toString()).toBe('small ones share a pool');
    expect(part.length).toBe(99_999);
    expect(shared.length).toBe(16);
  });
});
