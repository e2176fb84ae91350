// Where a schema can be broken: each of its assertions, by the place in a document that it speaks of. Works for both
// families of schemas, ours (2020-12) and the official ones (draft-04), so that their breaches have the same names.

/** What both families are written in. Anything else in a schema is an error. */
export interface Node {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly patternProperties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node;
  readonly allOf?: readonly Node[];
  readonly anyOf?: readonly Node[];
}

/** One file of a family, and how to come to the others. */
export interface Family {
  readonly files: Readonly<Record<string, Node>>;
}

/** A node, and the file whose `#` its references mean. */
interface Placed {
  readonly node: Node;
  readonly file: string;
}

/** An assertion. */
export interface Point {
  /** `linux/maskedPaths/*`; `*` is an index or a map's key; '' is the whole document. */
  readonly place: string;
  readonly keyword: Keyword;
  /** Of `required`: which property. */
  readonly property?: string;
  readonly node: Node;
}

const KEYWORDS = ['type', 'enum', 'pattern', 'minimum', 'maximum', 'minItems', 'required'] as const;
export type Keyword = (typeof KEYWORDS)[number];

const KNOWN: ReadonlySet<string> = new Set([
  ...KEYWORDS,
  ...['$ref', 'properties', 'patternProperties', 'additionalProperties', 'items', 'allOf', 'anyOf'],
  ...['$schema', '$id', '$defs', 'definitions', 'title', 'description', 'examples'],
  ...['x-section', 'x-unit', 'x-exact', 'x-expects'],
]);

export const nameOf = (place: string, keyword: string, property?: string): string =>
  property === undefined ? `${place} ${keyword}` : `${place} ${keyword} ${property}`;

/** A node with everything that is said of the same place: behind its references, and in its allOf and anyOf. */
function* layers(family: Family, { node, file }: Placed): Generator<Placed> {
  yield { node, file };
  for (const word of Object.keys(node)) if (!KNOWN.has(word)) throw new Error(`schemas: nobody knows "${word}" here`);
  if (node.$ref !== undefined) yield* layers(family, follow(family, node.$ref, file));
  // Of alternatives there is never more than one; an anyOf of one is an allOf.
  if ((node.anyOf?.length ?? 0) > 1) throw new Error('schemas: alternatives are not known here');
  for (const part of [...(node.allOf ?? []), ...(node.anyOf ?? [])]) yield* layers(family, { node: part, file });
}

function follow(family: Family, ref: string, file: string): Placed {
  const [name = '', pointer = ''] = ref.split('#');
  const home = name === '' ? file : name;
  let node: unknown = family.files[home];
  for (const step of pointer.split('/').filter(Boolean)) node = (node as Record<string, unknown> | undefined)?.[step];
  if (node === undefined) throw new Error(`schemas: ${ref} in ${file} leads nowhere`);
  return { node: node as Node, file: home };
}

function* assertions({ node }: Placed, place: string): Generator<Point> {
  for (const keyword of KEYWORDS) {
    if (keyword === 'required') {
      for (const property of node.required ?? []) yield { place, keyword, property, node };
    } else if (node[keyword] !== undefined) yield { place, keyword, node };
  }
}

const below = (place: string, step: string): string => (place === '' ? step : `${place}/${step}`);

/** Whether a place of a config is, or is in, an object of another platform: a type, and what is in it is theirs. */
export const isForeign = (place: string): boolean => /^(windows|solaris|vm|zos|freebsd)(\/|$)/.test(place);

/** All assertions of a file of a family, each place and keyword once; those inside other platforms' objects left out. */
export function pointsOf(family: Family, file: string): Point[] {
  const found = new Map<string, Point>();
  const visit = (start: Placed, place: string): void => {
    for (const layer of layers(family, start)) {
      const { node } = layer;
      const points = [...assertions(layer, place)].filter(({ keyword }) => !isForeign(place) || keyword === 'type');
      for (const point of points) found.set(nameOf(place, point.keyword, point.property), point);
      if (isForeign(place)) continue;
      for (const [name, child] of Object.entries(node.properties ?? {})) {
        visit({ node: child, file: layer.file }, below(place, name));
      }
      for (const child of [node.items, node.additionalProperties, ...Object.values(node.patternProperties ?? {})]) {
        if (typeof child === 'object') visit({ node: child, file: layer.file }, below(place, '*'));
      }
    }
  };
  visit({ node: family.files[file]!, file }, '');
  return [...found.values()];
}

/** The places of a file: each thing that a schema has a word for. */
export function placesOf(family: Family, file: string): Set<string> {
  return new Set(pointsOf(family, file).map(({ place }) => place));
}

/**
 * The place that a JSON pointer into a document means: indices, and keys that no property has, become `*`.
 * @param known the places of the schema
 */
export function placeOf(pointer: string, known: ReadonlySet<string>): string {
  let place = '';
  for (const step of pointer.split('/').slice(1)) {
    const named = below(place, step.replaceAll('~1', '/').replaceAll('~0', '~'));
    place = known.has(named) ? named : below(place, '*');
  }
  return place;
}
