import type { AudienceFacts } from '../audience-facts.js';
import type { AudienceMember } from '../formats/audience-format.js';
import type { Recommendation, RecommendedLists } from './recommended-lists.js';

/** Puts to each member of an audience what they would be recommended now. */
export class MemberRecommendations {
  constructor(
    private readonly lists: RecommendedLists,
    private readonly facts: AudienceFacts,
    /** How many for each member. */
    private readonly top: number,
  ) {}

  /** The members with the first of their lists, without what they bought since and what can no longer be bought. */
  async addTo(members: readonly AudienceMember[]): Promise<AudienceMember[]> {
    const ids = members.map(({ customerId }) => customerId);
    const listOf = await this.lists.of(ids);
    if (!listOf) return members.map(member => ({ ...member, recommendations: [] }));
    const products = new Set(ids.flatMap(id => listOf(id).items.map(item => item.product_id)));
    const [gone, bought] = await Promise.all([this.facts.notForSale([...products]), this.facts.boughtBy(ids)]);
    return members.map(member => {
      const own = bought.get(member.customerId);
      const isOpen = ({ product_id }: Recommendation) => !gone.has(product_id) && !own?.has(product_id);
      const recommendations = listOf(member.customerId).items.filter(isOpen).slice(0, this.top);
      return { ...member, recommendations };
    });
  }
}
