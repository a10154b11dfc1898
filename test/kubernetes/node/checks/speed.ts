import assert from 'node:assert/strict';
import { clock } from './clock.ts';
import type { NodeContext } from './context.ts';

/** Simulated seconds per second: a load, and customers who call the hotline while one looks. */
const SPEED = 20;

export async function checkSpeed({ report }: NodeContext): Promise<void> {
  await report.check(`time runs ${SPEED} times as fast, set through the API`, async () => {
    const status = await clock('PUT', '/speed', { speed: SPEED });
    assert.equal(status.speed, SPEED);
  });
}
