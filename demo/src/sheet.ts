// Controls that a phone folds away at the lower edge of its screen.

/** Folds them wherever the screen is narrow, and nowhere else. */
export function sheets(): void {
  const narrow = matchMedia('(max-width: 719px)');
  const all = document.querySelectorAll<HTMLDetailsElement>('details.sheet');
  const fold = (): void => {
    for (const sheet of all) sheet.open = !narrow.matches;
  };
  narrow.addEventListener('change', fold);
  fold();
}
