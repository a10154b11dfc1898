import { setTimeout as sleep } from 'node:timers/promises';
import { API_TOKEN, serviceHost } from '../deployment.ts';

interface ClockStatus {
  readonly event_time: string;
  readonly mode: string;
  readonly speed: number;
}

const PATIENCE_MS = 60_000;

/** Asks the scenario-injector's API through its Service, as a user would, again while nobody answers. @throws Error with its answer when it refuses */
export async function clock(method: 'GET' | 'POST' | 'PUT', path = '', body?: object): Promise<ClockStatus> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await ask(method, path, body);
    } catch (error) {
      if (!(error instanceof TypeError) || performance.now() > deadline) throw error;
      await sleep(500);
    }
  }
}

async function ask(method: 'GET' | 'POST' | 'PUT', path: string, body: object | undefined): Promise<ClockStatus> {
  const response = await fetch(`http://${serviceHost('scenario-injector')}:8080/api/v1/clock${path}`, {
    method, headers: { authorization: `Bearer ${API_TOKEN}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} /clock${path} answered ${response.status}: ${text}`);
  return JSON.parse(text) as ClockStatus;
}
