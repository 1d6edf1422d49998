import type { GrownNode } from './forest.ts';

/**
 * Moves the leaves' values as little as needed for every split on a monotone feature to keep its direction: at such a
 * split the values of one side end where those of the other begin, halfway between the sides' means by cover.
 * `direction` by feature: 1, -1 or 0.
 */
export function holdDirections(nodes: readonly GrownNode[], direction: Int8Array): void {
  const means = new Float64Array(nodes.length);
  for (let at = nodes.length - 1; at >= 0; at--) {
    const node = nodes[at]!;
    if (node.feature < 0) means[at] = node.value;
    else {
      const { left, right } = node;
      const [leftCover, rightCover] = [nodes[left]!.cover, nodes[right]!.cover];
      means[at] = (means[left]! * leftCover + means[right]! * rightCover) / (leftCover + rightCover);
    }
  }
  const bound = (at: number, low: number, high: number): void => {
    const node = nodes[at]!;
    if (node.feature < 0) {
      node.value = Math.max(low, Math.min(high, node.value));
      return;
    }
    const between = Math.max(low, Math.min(high, means[node.left]! / 2 + means[node.right]! / 2));
    const turn = direction[node.feature]!;
    bound(node.left, turn < 0 ? between : low, turn > 0 ? between : high);
    bound(node.right, turn > 0 ? between : low, turn < 0 ? between : high);
  };
  bound(0, -Infinity, Infinity);
}
