import type { View } from '../app/view.js';
import { actionForm } from '../dom/action-form.js';
import { h } from '../dom/element.js';
import { FORMATS, fileNameOf, exportReportSchema, reportText, type Audience } from './audiences.js';

/** Fetches an audience as a file for a destination and gives it to the browser to save. */
export function exportForm(view: View, audience: Audience): HTMLElement {
  const id = `format-${audience.id}`;
  const select = h(
    'select',
    { id, name: 'format' },
    FORMATS.map(({ format, name }) => h('option', { value: format }, name)),
  );
  const label = h('label', { class: 'unseen', for: id }, `Destination for ${audience.name}`);
  return actionForm('Download', { class: 'export', label, fields: select }, () =>
    download(view, audience, FORMATS.find(({ format }) => format === select.value) ?? FORMATS[0]),
  );
}

async function download(view: View, audience: Audience, format: (typeof FORMATS)[number]): Promise<string> {
  const path = `/v1/audiences/${encodeURIComponent(audience.id)}/export?format=${format.format}`;
  const response = await view.services.send('clustering-service', path, { signal: view.signal });
  const url = URL.createObjectURL(await response.blob());
  const name = fileNameOf(audience, format);
  h('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url));
  const report = response.headers.get('laurel-export-report');
  if (report === null) return `Saved ${name}.`;
  return `Saved ${name}: ${reportText(await view.services.json('clustering-service', report, exportReportSchema, { signal: view.signal }))}`;
}
