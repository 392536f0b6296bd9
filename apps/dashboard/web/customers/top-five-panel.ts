import * as z from 'zod/mini';
import { panel } from '../app/panel.js';
import type { View } from '../app/view.js';
import { RECOMMENDATIONS, recommendationListSchema, recommendationList } from '../products/recommendations.js';

const answerSchema = z.object({ recommendations: recommendationListSchema });

const QUERY = `query TopFive($id: ID!) { recommendations(userId: $id, first: 5) { ${RECOMMENDATIONS} } }`;

/** What would be recommended to a customer now, and why. */
export function topFivePanel(view: View, id: string): HTMLElement {
  return panel(view, {
    title: 'Top 5 for them',
    load: async signal =>
      recommendationList((await view.services.graphql(QUERY, { id }, answerSchema, signal)).recommendations),
  });
}
