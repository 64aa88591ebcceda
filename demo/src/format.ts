// Numbers as the page writes them.

/** A number at the precision a reader can use: four decimals near 1, powers of ten far away. */
export function number(value: number, decimals = 4): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  let text: string;
  if (size === 0) text = '0';
  else if (size < 10 ** -decimals * 10 || size >= 1e5) text = scientific(value);
  else text = value.toFixed(Math.max(0, decimals - Math.max(0, Math.floor(Math.log10(size)))));
  return text.replace('-', '−');
}

function scientific(value: number): string {
  const [digits, power] = value.toExponential(2).split('e') as [string, string];
  const raised = [...power.replace('+', '')].map((c) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)] ?? '⁻').join('');
  return `${digits}·10${raised}`;
}

/** With a sign, and without powers of ten when it is tiny beside 1: for means. */
export function signed(value: number, decimals = 4): string {
  if (Math.abs(value) < 0.5 * 10 ** -decimals) return (0).toFixed(decimals);
  const text = Math.abs(value) < 1 ? value.toFixed(decimals).replace('-', '−') : number(value, decimals);
  return value > 0 ? `+${text}` : text;
}

/** As short as it can be said: for numbers in sentences and labels. */
export function short(value: number, decimals = 3): string {
  if (!(Math.abs(value) < 1)) return number(value, decimals).replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
  return Number(value.toFixed(decimals)).toString().replace('-', '−');
}

export const percent = (share: number): string => `${Math.round(share * 100)} %`;
