// Chosen once for each job, so that a request that is sent twice makes one job. randomUUID() exists on https and
// loopback only; a farm in a lab may be neither.
export function newRequestId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `web-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
