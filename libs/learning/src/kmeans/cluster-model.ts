import { z } from 'zod';
import { Standardiser, standardiserState } from '../standardise/standardiser.js';
import { nearestCentroid } from './kmeans.js';

const saved = z.object({
  kind: z.literal('kmeans'),
  featureNames: z.array(z.string()).min(1),
  standardiser: standardiserState,
  centroids: z.array(z.array(z.number())).min(1),
});

/** Where a point falls. */
export interface ClusterPrediction {
  /** Index of the nearest centroid, from 0. */
  readonly cluster: number;
  /** Euclidean distance to each centroid in the standardised space. */
  readonly distances: readonly number[];
}

/** Centroids with the scaler they were trained under: raw features in, cluster out. */
export class ClusterModel {
  readonly featureNames: readonly string[];
  readonly standardiser: Standardiser;
  /** One standardised row for each cluster. */
  readonly centroids: Float64Array<ArrayBuffer>;

  constructor(featureNames: readonly string[], standardiser: Standardiser, centroids: Float64Array<ArrayBuffer>) {
    this.featureNames = featureNames;
    this.standardiser = standardiser;
    this.centroids = centroids;
  }

  /** Clusters. */
  get k(): number {
    return this.centroids.length / this.featureNames.length;
  }

  /** Reads what {@link serialize} wrote. */
  static deserialize(bytes: Uint8Array): ClusterModel {
    const { featureNames, standardiser, centroids } = saved.parse(JSON.parse(new TextDecoder().decode(bytes)));
    return new ClusterModel(featureNames, new Standardiser(standardiser), Float64Array.from(centroids.flat()));
  }

  /** Cluster of one customer's raw features, in the order of `featureNames`. */
  predict(features: readonly number[]): ClusterPrediction {
    const point = this.standardiser.transform(Float64Array.from(features));
    const { nearest, squaredDistances } = nearestCentroid(point, this.centroids);
    return { cluster: nearest, distances: Array.from(squaredDistances, Math.sqrt) };
  }

  /** The centroids in raw units, one row for each cluster. */
  rawCentroids(): number[][] {
    return this.#rows(this.standardiser.inverse(this.centroids));
  }

  serialize(): Uint8Array<ArrayBuffer> {
    const { featureNames, standardiser } = this;
    const centroids = this.#rows(this.centroids);
    return new TextEncoder().encode(
      JSON.stringify({ kind: 'kmeans', featureNames, standardiser: standardiser.state, centroids }),
    );
  }

  #rows(flat: Float64Array): number[][] {
    const width = this.featureNames.length;
    return Array.from({ length: this.k }, (_, c) => Array.from(flat.subarray(c * width, (c + 1) * width)));
  }
}
