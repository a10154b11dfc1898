import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { commandNames } from '../../../cli/program.ts';
import { PROCESSORS, SINK } from '../../../cli/up/processors.ts';
import { sinkSettings } from '../../../processors/vast-sink/settings.ts';
import { serverProperties } from '../../../deploy/local/kafka-config.ts';

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
}

const ROOT = join(import.meta.dirname, '../../..');
const compose = parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true }) as { services: Record<string, Service> };
const services = Object.entries(compose.services);

describe('docker-compose.yml', () => {
  it('runs every processor that `up` runs, each in a container of its own', () => {
    const run = services.flatMap(([, { command }]) => (command?.[0] === 'run' ? [command.slice(1)] : []));
    expect(run.sort()).toEqual([...PROCESSORS, SINK].map((name) => [name]).sort());
  });

  it('gives commands that exist', () => {
    for (const [name, { command }] of services) if (command) expect(commandNames(), name).toContain(command[0]);
  });

  it('waits for what a service needs: a health check to pass, or a job to end well', () => {
    for (const [name, { depends_on = {} }] of services) {
      for (const [needed, { condition }] of Object.entries(depends_on)) {
        const service = compose.services[needed];
        expect(service, `${name} needs ${needed}`).toBeDefined();
        if (condition === 'service_healthy') expect(service.healthcheck, needed).toBeDefined();
        else {
          expect(condition).toBe('service_completed_successfully');
          expect(service.command![0], `${needed} never completes`).not.toBe('run');
        }
      }
    }
  });

  it('lands the twin in the local VAST endpoint, which asks for the keys that the sink has', () => {
    const { vastdb, 'vast-sink': sink } = compose.services;
    const fallback = (text: string): string => /^\$\{\w+:-(.*)\}$/.exec(text)?.[1] ?? text;
    expect(fallback(sink.environment.VAST_ENDPOINT)).toBe('http://vastdb:9090');
    expect(vastdb.command).toEqual(expect.arrayContaining(['--host', '0.0.0.0']));
    const settings = sinkSettings(Object.fromEntries(Object.entries(sink.environment).map(([name, value]) => [name, fallback(value)])));
    expect(settings).toMatchObject({ accessKeyId: fallback(vastdb.environment.VAST_ACCESS_KEY), secretAccessKey: fallback(vastdb.environment.VAST_SECRET_KEY), bucket: fallback(vastdb.environment.VAST_BUCKET) });
  });

  it('gives the metrics of every processor to its network, and to no other', () => {
    for (const [name, { command, environment, ports = [] }] of services.filter(([, service]) => service.command?.[0] === 'run')) {
      expect(environment, `${name} ${command?.[1]}`).toMatchObject({ HTTP_HOST: '0.0.0.0', HTTP_PORT: '9464' });
      for (const port of ports) expect(port).not.toMatch(/:9464$/);
    }
  });

  it('keeps data where the user of the image may write', () => {
    const dockerfile = readFileSync(join(ROOT, 'deploy/docker/Dockerfile'), 'utf8');
    for (const [name, { image, volumes = [] }] of services.filter(([, service]) => service.image === compose.services.topics.image)) {
      for (const volume of volumes) expect(dockerfile, `${name} of ${image}`).toMatch(new RegExp(`^COPY .*--chown=1000:1000 .* ${volume.split(':')[1]}$`, 'm'));
    }
  });

  it('has the token of the API that the README tells', () => {
    const token = /:-(.+)\}$/.exec(compose.services['scenario-injector'].environment.API_TOKEN)?.[1];
    expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain(`\`export API_TOKEN=${token}\``);
  });

  it('publishes ports on the loopback interface only', () => {
    for (const port of services.flatMap(([, { ports = [] }]) => ports)) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('pins the versions that the local stack resolves through Maven', () => {
    const maven = (file: string): string => readFileSync(join(ROOT, 'deploy/local/maven', file), 'utf8');
    const version = (image: string): string => image.slice(image.indexOf(':') + 1);
    expect(maven('kafka.pom.xml')).toContain(`<version>${version(compose.services.kafka.image)}</version>`);
    expect(maven('registry.pom.xml')).toContain(`<version>${version(compose.services.registry.image)}</version>`);
  });

  it('configures the broker as the local stack does, where a twin depends on it', () => {
    const local = new Map(
      serverProperties({ port: 1, controllerPort: 2, logDir: '/x' }).trim().split('\n').map((line) => line.split(/=(.*)/s) as [string, string]),
    );
    const { environment } = compose.services.kafka;
    for (const name of [
      'auto.create.topics.enable', 'offsets.retention.minutes', 'transactional.id.expiration.ms', 'message.max.bytes',
      'transaction.state.log.min.isr', 'transaction.state.log.replication.factor', 'group.initial.rebalance.delay.ms',
      'log.retention.check.interval.ms',
    ]) {
      expect(environment[`KAFKA_${name.replaceAll('.', '_').toUpperCase()}`], name).toBe(local.get(name));
    }
  });
});
