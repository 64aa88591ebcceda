// What the code panel and its worker say to each other.

/** A program, as `prepared` has made it. */
export interface Program {
  readonly code: string;
}

export type Heard =
  /** The library is up: the time runs from here. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'printed'; readonly text: string }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string; readonly line: number | undefined };
