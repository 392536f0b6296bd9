import {
  Body,
  Controller,
  Get,
  Module,
  Param,
  Post,
  Query,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { Readiness } from '../health/readiness.js';
import type { LaurelApp } from '../service-context.js';
import type { AppName } from '../settings/settings.js';

const greetingSchema = z.object({
  name: z.string().min(1).max(10),
  times: z.number().int().min(1).nullable().optional(),
});
const limitSchema = z.coerce.number().int().min(1).max(100).default(5);

class Greeting {
  @ApiProperty()
  text = '';
}

/** What happened to the app. */
interface Ledger {
  started: number;
  stopped: number;
  answered: number;
  answeredWhenStopped: number | undefined;
  letGo: () => void;
}

/** An app with one of everything an app can have: `ledger` tells what happened to it, `readiness.problem` makes it unready. */
export function sampleApp(name: AppName): {
  app: LaurelApp;
  ledger: Ledger;
  readiness: { problem: string | undefined };
} {
  const ledger: Ledger = {
    started: 0,
    stopped: 0,
    answered: 0,
    answeredWhenStopped: undefined,
    letGo: () => undefined,
  };
  const readiness: { problem: string | undefined } = { problem: undefined };

  @Controller('v1')
  class GreetingController implements OnApplicationBootstrap, OnModuleDestroy {
    constructor(part: Readiness) {
      part.add('model', () => readiness.problem);
    }

    onApplicationBootstrap(): void {
      ledger.started += 1;
    }

    onModuleDestroy(): void {
      ledger.stopped += 1;
      ledger.answeredWhenStopped = ledger.answered;
    }

    @Get('greetings/:name')
    @ApiOperation({ summary: 'Greets' })
    @ApiResponse({ status: 200, type: Greeting })
    greet(@Param('name') who: string, @Query('limit', { schema: limitSchema }) limit: number): Greeting {
      return { text: `Hello ${who}`.repeat(limit) };
    }

    @Post('greetings')
    create(@Body({ schema: greetingSchema }) body: z.infer<typeof greetingSchema>): Greeting {
      return { text: body.name };
    }

    @Get('slow')
    async slow(): Promise<Greeting> {
      await new Promise<void>(resolve => {
        ledger.letGo = resolve;
      });
      ledger.answered += 1;
      return { text: 'late but complete' };
    }

    @Get('broken/:email')
    broken(): never {
      throw new Error('the cable was unplugged');
    }
  }

  @Module({ controllers: [GreetingController] })
  class GreetingModule {}

  const app: LaurelApp = {
    name,
    module: () => GreetingModule,
    access: [{ path: '/v1/', scopes: ['crm'] }],
    openapi: { title: 'Greetings', description: 'Greets people' },
  };
  return { app, ledger, readiness };
}
