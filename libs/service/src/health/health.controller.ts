import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { HealthCheckService, HealthIndicatorService, type HealthCheckResult } from '@nestjs/terminus';
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
    const results = await this.readiness.results();
    return this.health.check(
      Object.entries(results).map(([name, problem]) => () => {
        const indicator = this.indicators.check(name);
        return problem === undefined ? indicator.up() : indicator.down({ problem });
      }),
    );
  }
}
