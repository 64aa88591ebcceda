/** What made a tensor; PyTorch's name for it. */
export class GradFn {
  readonly #name: string;

  /** @internal */
  constructor(name: string) {
    this.#name = name;
  }

  /** `'AddBackward0'` */
  name(): string {
    return this.#name;
  }

  /** `'<AddBackward0>'` */
  toString(): string {
    return `<${this.#name}>`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
