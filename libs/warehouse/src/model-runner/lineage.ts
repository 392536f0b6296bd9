import type { LineageNode } from '../model-build.js';
import type { Model } from './model.js';

/** What each model reads, in the order given. */
export function lineageOf(models: readonly Model[]): LineageNode[] {
  return models.map(({ name, layer, materialization, dependsOn }) => ({ name, layer, materialization, dependsOn }));
}

/** Lineage as text for a terminal: one line per model, what it reads after an arrow. */
export function lineageText(nodes: readonly LineageNode[]): string {
  const width = Math.max(0, ...nodes.map(node => node.name.length));
  return nodes
    .map(
      node =>
        `${node.layer.padEnd(12)} ${node.name.padEnd(width)} ${node.materialization.padEnd(5)} ← ${node.dependsOn.join(', ')}`,
    )
    .join('\n');
}

/** Lineage as a Mermaid flowchart, one group per layer. */
export function lineageMermaid(nodes: readonly LineageNode[]): string {
  const lines = ['flowchart LR'];
  for (const layer of ['staging', 'intermediate', 'marts'] as const) {
    lines.push(
      `  subgraph ${layer}`,
      ...nodes.filter(node => node.layer === layer).map(node => `    ${node.name}`),
      '  end',
    );
  }
  for (const node of nodes) for (const source of node.dependsOn) lines.push(`  ${source} --> ${node.name}`);
  return lines.join('\n');
}
