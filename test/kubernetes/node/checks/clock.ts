import { API_TOKEN, serviceHost } from '../deployment.ts';

interface ClockStatus {
  readonly event_time: string;
  readonly mode: string;
  readonly speed: number;
}

/** Asks the scenario-injector's API through its Service, as a user would. @throws Error with its answer when it refuses */
export async function clock(method: 'GET' | 'POST' | 'PUT', path = '', body?: object): Promise<ClockStatus> {
  const response = await fetch(`http://${serviceHost('scenario-injector')}:8080/api/v1/clock${path}`, {
    method, headers: { authorization: `Bearer ${API_TOKEN}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} /clock${path} answered ${response.status}: ${text}`);
  return JSON.parse(text) as ClockStatus;
}
