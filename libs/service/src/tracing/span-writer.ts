import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Settings } from '../settings/settings.js';
import type { TracedWork } from './traced-work.js';

/** Messages of more traces than this come together in one batch only after a standstill; the work then shows in the first of them. */
const MOST_TRACES = 64;
const KINDS = { producer: SpanKind.PRODUCER, consumer: SpanKind.CONSUMER };

/** Writes spans and sends them to a collector by OpenTelemetry's protocol over HTTP. A collector that does not answer holds nothing up. */
export class SpanWriter {
  private readonly provider: TracerProvider;
  private readonly tracer: Tracer;

  constructor({ endpoint, ratio }: NonNullable<Settings['tracing']>) {
    const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` });
    this.provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'laurel' }),
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
      spanProcessors: [new BatchSpanProcessor({ exporter })],
    });
    this.tracer = this.provider.getTracer('laurel');
  }

  /** Does the work within one span for each trace that it belongs to. */
  async trace<T>(
    { name, kind, attributes, parents }: TracedWork,
    work: (traceparent?: string) => Promise<T>,
  ): Promise<T> {
    const contexts = parents ? contextsOf(parents()) : [ROOT_CONTEXT];
    const spans = contexts.map(context =>
      this.tracer.startSpan(name, { kind: KINDS[kind], ...(attributes && { attributes }) }, context),
    );
    try {
      return await work(spans[0]?.isRecording() ? traceparentOf(spans[0]) : undefined);
    } catch (error) {
      for (const span of spans) span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
      throw error;
    } finally {
      for (const span of spans) span.end();
    }
  }

  async flush(): Promise<void> {
    await this.provider.forceFlush();
  }
}

function contextsOf(traceparents: Iterable<string | undefined>): Context[] {
  const contexts = new Map<string, Context>();
  for (const traceparent of traceparents) {
    if (traceparent === undefined || contexts.has(traceparent)) continue;
    const [, traceId, spanId, flags] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent) ?? [];
    if (traceId === undefined || spanId === undefined || flags === undefined) continue;
    const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
    contexts.set(traceparent, trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true }));
    if (contexts.size === MOST_TRACES) break;
  }
  return [...contexts.values()];
}

function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}
