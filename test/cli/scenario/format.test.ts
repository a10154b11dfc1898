import { describe, expect, it } from 'vitest';
import { kindText, sentText } from '../../../cli/scenario/format.ts';
import { scenarioKinds } from '../../../twin/scenarios/index.ts';

describe('what is said of an event that was sent', () => {
  it('names commands that ask the same twin', () => {
    const said = sentText('demo', { brokers: 'kafka:9092' });
    expect(said).toMatch(/^sent demo;/);
    expect(said).toContain('npx telco-twin scenario list --brokers kafka:9092\n');
    expect(said).toContain('KAFKA_BROKERS=kafka:9092 npx telco-twin peek dead_letters --from-beginning --no-follow --key demo ');
    expect(sentText('demo', { api: 'http://twin:8080' })).toContain('npx telco-twin scenario list --api http://twin:8080\n');
    expect(sentText('demo', {})).toContain('npx telco-twin scenario list\n');
  });
});

describe('the kinds of scenario', () => {
  it('are listed with how long and how strong they are', () => {
    const [outage, , crowd] = kindText(scenarioKinds).split('\n\n');
    expect(outage).toMatch(/^cell_outage: [^]*until it is stopped\n +--intensity 1 +above 0, at most 1$/);
    expect(crowd).toMatch(/^flash_crowd: [^]*\n +--for 3h\n/);
  });
});
