import type { View } from '../app/view.js';
import { h } from '../dom/element.js';
import { modelsPanel } from '../models/models-panel.js';
import { pipelinePanel } from '../pipeline/pipeline-panel.js';
import { resultsPanel } from '../recommendations/results-panel.js';
import { tiersPanel } from '../tiers/tiers-panel.js';

/** The whole at one glance: what comes in, how customers are spread over the tiers, how good the models are and what they brought. */
export function overviewPage(view: View): HTMLElement[] {
  return [
    h('h1', {}, 'Overview'),
    h('div', { class: 'grid' }, pipelinePanel(view), tiersPanel(view), modelsPanel(view), resultsPanel(view)),
  ];
}
