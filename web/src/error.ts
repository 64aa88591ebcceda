/** What the library throws. `name` is the class PyTorch raises: RuntimeError, ValueError, … */
export class TorchError extends Error {
  constructor(message: string, name = 'RuntimeError') {
    super(message);
    this.name = name;
  }
}
