/** The two parts of dagre that are used. Its types speak only of the whole, which weighs more. */

declare module '@dagrejs/dagre/lib/layout' {
  import type { Graph } from '@dagrejs/graphlib';

  /** Gives nodes their place, edges their points and the graph its size. */
  export default function layout(graph: Graph): void;
}

declare module '@dagrejs/graphlib/lib/graph' {
  export { Graph as default } from '@dagrejs/graphlib';
}
