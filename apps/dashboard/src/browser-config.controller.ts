import { Controller, Get, Header, Headers, Inject } from '@nestjs/common';
import { SERVICE_CONTEXT, type ServiceContext } from '@laurel/service';
import { serviceUrls, type CalledService } from './service-urls.js';

/** `/config.json`: what the page must know before it can ask anything. No secrets. */
@Controller('config.json')
export class BrowserConfigController {
  constructor(@Inject(SERVICE_CONTEXT) private readonly context: Pick<ServiceContext, 'settings'>) {}

  @Get()
  @Header('cache-control', 'no-cache')
  config(@Headers('host') host = ''): { services: Record<CalledService, string> } {
    return { services: serviceUrls(this.context.settings, host) };
  }
}
