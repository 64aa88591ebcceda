// Light or dark: as the system says until the visitor chooses.

type Choice = 'auto' | 'light' | 'dark';
const order: readonly Choice[] = ['auto', 'light', 'dark'];

/** Wires the button; `redraw` is called whenever the colours have changed. */
export function theme(button: HTMLButtonElement, redraw: () => void): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  let choice: Choice = 'auto';
  try {
    choice = order.find((c) => c === localStorage.getItem('theme')) ?? 'auto';
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }

  function apply(): void {
    const shown = choice === 'auto' ? (dark.matches ? 'dark' : 'light') : choice;
    document.documentElement.dataset['theme'] = shown;
    button.textContent = choice[0]!.toUpperCase() + choice.slice(1);
    button.setAttribute('aria-label', `${button.textContent}: the colours’ theme`);
  }
  button.addEventListener('click', () => {
    choice = order[(order.indexOf(choice) + 1) % order.length]!;
    try {
      localStorage.setItem('theme', choice);
    } catch {
      // As above.
    }
    apply();
    redraw();
  });
  dark.addEventListener('change', () => {
    apply();
    redraw();
  });
  apply();
}
