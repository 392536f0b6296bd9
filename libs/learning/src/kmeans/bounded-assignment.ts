import { squaredDistance } from './squared-distance.js';

/**
 * Nearest centroid of every point, exactly, skipping most distances by two bounds a point (Hamerly, "Making k-means
 * even faster", 2010): an upper one on the distance to its own centroid and a lower one to any other. Of two equally
 * near centroids the lower index wins.
 */
export class BoundedAssignment {
  /** Index of each point's centroid. */
  readonly assignments: Int32Array<ArrayBuffer>;
  /** Distances computed so far; plain Lloyd would compute points × centroids in every pass. */
  distanceCount = 0;
  readonly #points: Float64Array;
  readonly #dimensions: number;
  readonly #upper: Float64Array;
  readonly #lower: Float64Array;

  constructor(points: Float64Array, dimensions: number) {
    const count = points.length / dimensions;
    this.#points = points;
    this.#dimensions = dimensions;
    this.assignments = new Int32Array(count).fill(-1);
    this.#upper = new Float64Array(count).fill(Infinity);
    this.#lower = new Float64Array(count);
  }

  /** Assigns every point; returns how many changed their centroid. */
  assign(centroids: Float64Array): number {
    const k = centroids.length / this.#dimensions;
    const halfGap = this.#halfGaps(centroids, k);
    let changed = 0;
    for (let i = 0; i < this.assignments.length; i++) {
      const own = this.assignments[i]!;
      if (own >= 0) {
        const bound = Math.max(halfGap[own]!, this.#lower[i]!);
        if (this.#upper[i]! < bound) continue;
        this.#upper[i] = Math.sqrt(squaredDistance(this.#points, i, centroids, own, this.#dimensions));
        this.distanceCount += 1;
        if (this.#upper[i]! < bound) continue;
      }
      if (this.#searchAll(i, centroids, k) !== own) changed += 1;
    }
    return changed;
  }

  /** Loosens the bounds after the centroids moved from `before` to `after`. */
  moved(before: Float64Array, after: Float64Array): void {
    const k = after.length / this.#dimensions;
    const shift = new Float64Array(k);
    let largest = 0;
    let second = 0;
    let largestAt = -1;
    for (let c = 0; c < k; c++) {
      shift[c] = Math.sqrt(squaredDistance(before, c, after, c, this.#dimensions));
      if (shift[c]! > largest) {
        second = largest;
        largest = shift[c]!;
        largestAt = c;
      } else if (shift[c]! > second) second = shift[c]!;
    }
    for (let i = 0; i < this.assignments.length; i++) {
      const own = this.assignments[i]!;
      this.#upper[i]! += shift[own]!;
      this.#lower[i]! -= own === largestAt ? second : largest;
    }
  }

  #searchAll(i: number, centroids: Float64Array, k: number): number {
    let nearest = Infinity;
    let next = Infinity;
    let winner = 0;
    for (let c = 0; c < k; c++) {
      const distance = squaredDistance(this.#points, i, centroids, c, this.#dimensions);
      if (distance < nearest) {
        next = nearest;
        nearest = distance;
        winner = c;
      } else if (distance < next) next = distance;
    }
    this.distanceCount += k;
    this.#upper[i] = Math.sqrt(nearest);
    this.#lower[i] = Math.sqrt(next);
    this.assignments[i] = winner;
    return winner;
  }

  #halfGaps(centroids: Float64Array, k: number): Float64Array {
    const gaps = new Float64Array(k).fill(Infinity);
    for (let a = 0; a < k; a++) {
      for (let b = 0; b < a; b++) {
        const gap = Math.sqrt(squaredDistance(centroids, a, centroids, b, this.#dimensions)) / 2;
        gaps[a] = Math.min(gaps[a]!, gap);
        gaps[b] = Math.min(gaps[b]!, gap);
      }
    }
    return gaps;
  }
}
