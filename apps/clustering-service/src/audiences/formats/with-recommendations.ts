import type { AudienceFormat, Cell } from './audience-format.js';

/** How a format writes recommendations: the names of three columns for each place, and each text. */
export interface RecommendationColumns {
  names(place: number): readonly [product: string, name: string, reason: string];
  text(text: string): string;
}

/** A format with the product, its name and the reason of each of the first `top` recommendations after its own columns. */
export function withRecommendations(
  format: AudienceFormat,
  { names, text }: RecommendationColumns,
  top: number,
): AudienceFormat {
  const places = Array.from({ length: top }, (_, at) => at);
  return {
    ...format,
    header: [...format.header, ...places.flatMap(at => names(at + 1))],
    row(member, contact) {
      const row = format.row(member, contact);
      if (!('cells' in row)) return row;
      const cells = places.flatMap((at): Cell[] => {
        const recommendation = member.recommendations?.[at];
        if (!recommendation) return [null, null, null];
        const { product_id, name, reason } = recommendation;
        return [text(product_id), text(name), text(reason.text)];
      });
      return { cells: [...row.cells, ...cells] };
    },
  };
}
