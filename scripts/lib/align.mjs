// The engine's code at offsets of the file where the kernel can map it by huge pages. Bun's linker does not see to that.
// The build calls it; docs/decisions/0008-engine-file.md says what it is worth. Source: elf(5).

const PAGE = 0x1000;
const HUGE_PAGE = 0x20_0000;
const LOAD = 1;
const EXECUTABLE = 1;

/** Where the fields of elf(5) lie that are read or moved; all of them u64. */
const HEADER = { segments: 32, sections: 40, segmentCount: 56, sectionCount: 60 };
const SEGMENT = { size: 56, offset: 8, address: 16, fileSize: 32 };
const SECTION = { size: 64, offset: 24 };

/** @param {number} value */
const pageBelow = (value) => value - (value % PAGE);
/** @param {number} value */
const pageAbove = (value) => pageBelow(value + PAGE - 1);

/**
 * @param {Buffer} file
 * @param {number} at
 */
const read = (file, at) => Number(file.readBigUInt64LE(at));

/**
 * Moves what lies at or behind `from` by `by`.
 * @param {Buffer} file
 * @param {number} at the place of an offset
 * @param {number} from
 * @param {number} by
 */
function move(file, at, from, by) {
  const offset = read(file, at);
  if (offset >= from) file.writeBigUInt64LE(BigInt(offset + by), at);
}

/**
 * @param {Buffer} file
 * @returns {{ at: number, offset: number, address: number, end: number, code: boolean }[]} what is loaded, in the file's order
 */
function loadedSegments(file) {
  const first = read(file, HEADER.segments);
  const found = [];
  for (let index = 0; index < file.readUInt16LE(HEADER.segmentCount); index++) {
    const at = first + index * SEGMENT.size;
    if (file.readUInt32LE(at) !== LOAD) continue;
    const offset = read(file, at + SEGMENT.offset);
    const end = offset + read(file, at + SEGMENT.fileSize);
    const code = (file.readUInt32LE(at + 4) & EXECUTABLE) !== 0;
    found.push({ at, offset, address: read(file, at + SEGMENT.address), end, code });
  }
  return found.sort((a, b) => a.offset - b.offset);
}

/**
 * The same program with the largest segment of its code, and what lies behind it, further back in the file.
 * @param {Buffer} original an executable of ELF64, little-endian
 * @returns {Buffer} itself when nothing has to move
 * @throws {Error} when it is something else
 */
export function alignCode(original) {
  if (original.subarray(0, 6).toString('latin1') !== '\x7fELF\x02\x01') throw new Error('not an ELF64 executable');
  const segments = loadedSegments(original);
  const size = (/** @type {{ offset: number, end: number }} */ { offset, end }) => end - offset;
  const code = segments.filter((segment) => segment.code).sort((a, b) => size(b) - size(a))[0];
  if (code === undefined) throw new Error('an executable without code');
  const index = segments.indexOf(code);
  const cut = pageBelow(code.offset);
  // The page that two segments share is there twice.
  const end = index === 0 ? cut : pageAbove(segments[index - 1]?.end ?? 0);
  let by = (((pageBelow(code.address) - cut) % HUGE_PAGE) + HUGE_PAGE) % HUGE_PAGE;
  if (by === 0) return original;
  if (cut + by < end) by += HUGE_PAGE;

  const gap = Buffer.alloc(cut + by - end);
  const file = Buffer.concat([original.subarray(0, end), gap, original.subarray(cut)]);
  move(file, HEADER.sections, cut, by);
  for (let i = 0; i < file.readUInt16LE(HEADER.segmentCount); i++) {
    move(file, read(file, HEADER.segments) + i * SEGMENT.size + SEGMENT.offset, code.offset, by);
  }
  for (let i = 0; i < file.readUInt16LE(HEADER.sectionCount); i++) {
    move(file, read(file, HEADER.sections) + i * SECTION.size + SECTION.offset, code.offset, by);
  }
  return file;
}
