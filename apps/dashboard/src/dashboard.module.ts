import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import type { ServiceContext } from '@laurel/service';
import { BrowserConfigController } from './browser-config.controller.js';
import { Page } from './page.js';

/** The dashboard: its page and where the page finds the services. */
@Module({})
export class DashboardModule {
  static register({ settings }: Pick<ServiceContext, 'settings'>): DynamicModule {
    const folder = new URL('../dist/web/', import.meta.url);
    return {
      module: DashboardModule,
      controllers: [BrowserConfigController],
      providers: [Page.provider(folder, settings)],
    };
  }
}
