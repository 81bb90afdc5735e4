// Numbers for people. What is not known is an em dash.
export const UNKNOWN = '—';

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

export function count(value: number | undefined): string {
  return value === undefined ? UNKNOWN : whole.format(value);
}

// Milliseconds with four significant digits, never more than three decimals: 0.914, 5.035, 20.17, 1,234.
export function ms(value: number | undefined): string {
  if (value === undefined) return UNKNOWN;
  if (value >= 1000) return whole.format(value);
  return value.toFixed(value >= 100 ? 1 : value >= 10 ? 2 : 3);
}

export function seconds(durationMs: number | undefined): string {
  if (durationMs === undefined) return UNKNOWN;
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`;
  if (durationMs < 120_000) return `${(durationMs / 1000).toFixed(1)} s`;
  return `${Math.floor(durationMs / 60_000)} min ${Math.round((durationMs % 60_000) / 1000)} s`;
}

export function bytes(value: number | undefined): string {
  if (value === undefined) return UNKNOWN;
  if (value < 1024) return `${value} B`;
  if (value < 1024 * 1024) return `${(value / 1024).toFixed(1)} KiB`;
  return `${(value / 1024 / 1024).toFixed(2)} MiB`;
}

export function mhz(hz: number | undefined): string {
  return hz === undefined ? UNKNOWN : `${hz / 1e6} MHz`;
}

// A share 0..1.
export function percent(share: number | undefined, decimals = 1): string {
  return share === undefined ? UNKNOWN : `${(share * 100).toFixed(decimals)} %`;
}

// With its sign: +4.2 %, −0.1 %.
export function percentChange(percent: number | undefined): string {
  if (percent === undefined || !Number.isFinite(percent)) return UNKNOWN;
  const text = Math.abs(percent).toFixed(1);
  if (text === '0.0') return '±0.0 %';
  return `${percent > 0 ? '+' : '−'}${text} %`;
}

export function change(share: number | undefined): string {
  return percentChange(share === undefined ? undefined : share * 100);
}

// A metric of the API by its name: the unit is the name's end.
export function metric(name: string | undefined, value: number | undefined): string {
  if (name?.endsWith('_bytes')) return bytes(value);
  if (name?.endsWith('_ms')) return ms(value);
  if (name === 'top1') return percent(value);
  return count(value);
}

export function shape(dims: number[] | undefined): string {
  return dims?.length ? dims.join('×') : UNKNOWN;
}

export function shortHash(hash: string | undefined): string {
  return hash ? hash.slice(0, 10) : UNKNOWN;
}

export function ago(time: string | undefined, now: number): string {
  if (!time) return UNKNOWN;
  const s = Math.max(0, Math.round((now - Date.parse(time)) / 1000));
  if (s < 5) return 'now';
  if (s < 60) return `${s} s ago`;
  if (s < 3600) return `${Math.floor(s / 60)} min ago`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h ago`;
  return `${Math.floor(s / 86_400)} d ago`;
}

export function moment(time: string | undefined): string {
  if (!time) return UNKNOWN;
  return new Date(time).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
}
