import { squaredDistance } from './squared-distance.js';

/**
 * Nearest centroid of every point, exactly, skipping most distances by two bounds a point (Hamerly, "Making k-means
 * even faster", 2010): an upper one on the distance to its own centroid and a lower one to any other. Of two equally
 * near centroids the lower index wins. The clusters' sums are kept up with the points that change theirs.
 */
export class BoundedAssignment {
  /** Index of each point's centroid. */
  readonly assignments: Int32Array<ArrayBuffer>;
  /** Sum of weight × point over each cluster: k rows. But for rounding, unless they were just {@link recount}ed. */
  readonly sums: Float64Array<ArrayBuffer>;
  /** Sum of the weights of each cluster; exact. */
  readonly mass: Float64Array<ArrayBuffer>;
  /** Distances computed so far; plain Lloyd would compute points × centroids in every pass. */
  distanceCount = 0;
  readonly #points: Float64Array;
  readonly #weights: Float64Array | undefined;
  readonly #dimensions: number;
  readonly #k: number;
  readonly #upper: Float64Array;
  readonly #lower: Float64Array;
  #previous: Float64Array | undefined;

  /** @param weights one for each point, 1 unless told. */
  constructor(points: Float64Array, dimensions: number, k: number, weights?: Float64Array) {
    const count = points.length / dimensions;
    this.#points = points;
    this.#weights = weights;
    this.#dimensions = dimensions;
    this.#k = k;
    this.assignments = new Int32Array(count).fill(-1);
    this.sums = new Float64Array(k * dimensions);
    this.mass = new Float64Array(k);
    this.#upper = new Float64Array(count).fill(Infinity);
    this.#lower = new Float64Array(count);
  }

  /** Assigns every point to one of k centroids; returns how many changed theirs. */
  assign(centroids: Float64Array): number {
    const { assignments } = this;
    const [points, upper, lower, dimensions] = [this.#points, this.#upper, this.#lower, this.#dimensions];
    const halfGap = this.#halfGaps(centroids);
    const { shift, others } = this.#shifts(centroids);
    this.#previous = centroids.slice();
    let changed = 0;
    for (let i = 0; i < assignments.length; i++) {
      const own = assignments[i]!;
      if (own >= 0) {
        const above = upper[i]! + shift[own]!;
        const below = lower[i]! - others[own]!;
        lower[i] = below;
        const bound = halfGap[own]! > below ? halfGap[own]! : below;
        upper[i] = above;
        if (above < bound) continue;
        const exact = Math.sqrt(squaredDistance(points, i, centroids, own, dimensions));
        this.distanceCount += 1;
        upper[i] = exact;
        if (exact < bound) continue;
      }
      const nearest = this.#searchAll(i, centroids);
      if (nearest === own) continue;
      changed += 1;
      if (own >= 0) this.#count(i, own, -1);
      this.#count(i, nearest, 1);
    }
    if (this.#weights) this.recount();
    return changed;
  }

  /** Sums the clusters up anew, point by point. */
  recount(): void {
    this.sums.fill(0);
    this.mass.fill(0);
    for (let i = 0; i < this.assignments.length; i++) this.#count(i, this.assignments[i]!, this.#weights?.[i] ?? 1);
  }

  #count(i: number, cluster: number, weight: number): void {
    const dimensions = this.#dimensions;
    this.mass[cluster]! += weight;
    for (let d = 0, p = i * dimensions, q = cluster * dimensions; d < dimensions; d++) {
      this.sums[q + d]! += this.#points[p + d]! * weight;
    }
  }

  #searchAll(i: number, centroids: Float64Array): number {
    let nearest = Infinity;
    let next = Infinity;
    let winner = 0;
    for (let c = 0; c < this.#k; c++) {
      const distance = squaredDistance(this.#points, i, centroids, c, this.#dimensions);
      if (distance < nearest) {
        next = nearest;
        nearest = distance;
        winner = c;
      } else if (distance < next) next = distance;
    }
    this.distanceCount += this.#k;
    this.#upper[i] = Math.sqrt(nearest);
    this.#lower[i] = Math.sqrt(next);
    this.assignments[i] = winner;
    return winner;
  }

  /** How far each centroid moved since the last assignment, and how far any of the others did at most. */
  #shifts(centroids: Float64Array): { shift: Float64Array; others: Float64Array } {
    const shift = new Float64Array(this.#k);
    const previous = this.#previous;
    if (previous) shift.forEach((_, c) => (shift[c] = this.#distance(previous, c, centroids, c)));
    const others = shift.map((_, own) =>
      shift.reduce((most, moved, c) => (c === own ? most : Math.max(most, moved)), 0),
    );
    return { shift, others };
  }

  /** Half the distance of each centroid to the nearest other one. */
  #halfGaps(centroids: Float64Array): Float64Array {
    const gaps = new Float64Array(this.#k).fill(Infinity);
    for (let a = 0; a < this.#k; a++) {
      for (let b = 0; b < a; b++) {
        const gap = this.#distance(centroids, a, centroids, b) / 2;
        gaps[a] = Math.min(gaps[a]!, gap);
        gaps[b] = Math.min(gaps[b]!, gap);
      }
    }
    return gaps;
  }

  #distance(some: Float64Array, a: number, others: Float64Array, b: number): number {
    return Math.sqrt(squaredDistance(some, a, others, b, this.#dimensions));
  }
}
