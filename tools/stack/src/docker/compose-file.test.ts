import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { COMPOSE_FILE, DOCKER_SERVICES } from './compose-project.js';

const serviceSchema = z.looseObject({
  image: z.string(),
  ports: z.array(z.string()),
  volumes: z.array(z.string()),
  healthcheck: z.looseObject({ test: z.array(z.string()) }),
});
const fileSchema = z.looseObject({
  services: z.record(z.string(), z.unknown()),
  volumes: z.record(z.string(), z.null()),
});

test('docker-compose.yml publishes on loopback what the stack asks for, in named volumes, with health checks', async () => {
  const file = fileSchema.parse(parse(await readFile(COMPOSE_FILE, 'utf8')));
  for (const [service, { privatePort, portVariable }] of Object.entries(DOCKER_SERVICES)) {
    const found = serviceSchema.parse(file.services[service]);
    expect(found.ports.join()).toMatch(new RegExp(`^127\\.0\\.0\\.1:\\$\\{${portVariable}:-\\d+\\}:${privatePort}$`));
    expect(found.volumes.join()).toMatch(new RegExp(`^${service}:/`));
    expect(Object.keys(file.volumes)).toContain(service);
  }
});
