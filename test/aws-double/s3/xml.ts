/** A value of an XML answer: text, members, or several members of one name. */
export type Xml = string | number | boolean | { readonly [name: string]: Xml | readonly Xml[] | undefined };

/** An XML document with one root. */
export function xmlOf(root: string, content: Xml): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, content)}`;
}

function element(name: string, content: Xml): string {
  return `<${name}>${inner(content)}</${name.split(' ')[0]}>`;
}

function inner(content: Xml): string {
  if (typeof content !== 'object') return escaped(String(content));
  return Object.entries(content)
    .flatMap(([name, value]) => {
      if (value === undefined) return [];
      return (Array.isArray(value) ? (value as readonly Xml[]) : [value as Xml]).map((one) =>
        element(name, one),
      );
    })
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text
    .replace(/[&<>"]/g, (letter) => ENTITIES[letter]!)
    .replace(/[\r\n]/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** The texts of every element of a name, in their order: enough for the few bodies that S3 is sent. */
export function textsOf(xml: string, name: string): readonly string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text]) =>
    text!.replace(/&(#x?[0-9a-f]+|amp|lt|gt|quot|apos);/gi, (_, entity: string) => unescaped(entity)),
  );
}

function unescaped(entity: string): string {
  if (entity.startsWith('#x')) return String.fromCodePoint(Number.parseInt(entity.slice(2), 16));
  if (entity.startsWith('#')) return String.fromCodePoint(Number(entity.slice(1)));
  return { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }[entity]!;
}
