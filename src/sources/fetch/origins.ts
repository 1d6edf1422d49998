const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Reads `{"https://source.example":"https://mirror.example"}`: whose calls go elsewhere. A mirror is asked over https;
 * plain http is for this machine alone. Undefined when the text is no such map.
 */
export function readOrigins(text: string): ((origin: string) => string) | undefined {
  let map: unknown;
  try {
    map = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof map !== 'object' || map === null) return undefined;
  const origins = new Map<string, string>();
  for (const [from, to] of Object.entries(map)) {
    if (!URL.canParse(from) || typeof to !== 'string' || !URL.canParse(to)) return undefined;
    const target = new URL(to);
    const safe =
      target.protocol === 'https:' || (target.protocol === 'http:' && LOOPBACK.test(target.hostname));
    if (!safe) return undefined;
    origins.set(new URL(from).origin, target.origin);
  }
  return (origin) => origins.get(origin) ?? origin;
}
