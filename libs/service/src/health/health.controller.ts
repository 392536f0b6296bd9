import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { HealthCheckService, HealthIndicatorService, type HealthCheckResult } from '@nestjs/terminus';
import { ProblemException } from '../http/problem.js';
import { Readiness } from './readiness.js';

/** `/health/live`: the process answers. `/health/ready`: 200 only when the app can do its job, else 503 naming what is missing. */
@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
  ) {}

  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  async ready(): Promise<HealthCheckResult> {
    const results = Object.entries(await this.readiness.results());
    const missing = results.flatMap(([field, message]) => (message === undefined ? [] : [{ field, message }]));
    if (missing.length > 0) {
      const detail = `Not ready: ${missing.map(({ field, message }) => `${field}: ${message}`).join('; ')}`;
      throw new ProblemException({ status: 503, detail, errors: missing });
    }
    return this.health.check(
      results.map(
        ([name]) =>
          () =>
            this.indicators.check(name).up(),
      ),
    );
  }
}
