import type { AudienceFacts } from './audience-facts.js';
import type { AudienceFilter } from './audience.js';
import type { AudienceMember } from './formats/audience-format.js';
import { MemberRecommendations } from './recommendations/member-recommendations.js';
import type { RecommendedLists } from './recommendations/recommended-lists.js';

/** What only trends is nobody's own wish. */
const NOT_PERSONAL = 'TRENDING';
const TOP = 5;

/** Finds whom the recommender's model would sooner sell one of some products than almost anything else. */
export class LikelyBuyers {
  constructor(
    private readonly lists: RecommendedLists,
    private readonly facts: AudienceFacts,
  ) {}

  /** Those of the members among whose first recommendations, for reasons of their own, is one of the products. */
  async among(
    members: readonly AudienceMember[],
    { products = [], categories, top = TOP }: NonNullable<AudienceFilter['likely_to_buy']>,
  ): Promise<AudienceMember[]> {
    const wanted = new Set([...products, ...(categories ? await this.facts.productsOf(categories) : [])]);
    const recommended = await new MemberRecommendations(this.lists, this.facts, top).addTo(members);
    return members.filter((_, at) =>
      recommended[at]?.recommendations?.some(
        ({ product_id, reason }) => wanted.has(product_id) && reason.kind !== NOT_PERSONAL,
      ),
    );
  }
}
