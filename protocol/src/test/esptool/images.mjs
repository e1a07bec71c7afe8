// Reads and writes application images with Espressif's esptool-js, for EsptoolTest.
//
// A list of jobs comes in on stdin as JSON, a list of answers goes out on stdout.
//
// esptool-js 0.7.0 takes an image apart, sums it up and writes new ones. Three things it gets wrong,
// so they are done without it or left out:
// - It counts the file's end from the checksum's byte instead of the one after. What it calls the
//   stored and the computed digest is therefore off by one byte on either side, and an image that
//   it saves with a digest has that digest over its checksum. Here Node's crypto hashes, up to the
//   end that esptool-js found.
// - It takes the chip's number for one byte, so the revisions after it are off by one byte.
// - It saves into a buffer of 1 MiB and returns all of it.
// It knows nothing of application descriptions and signatures.

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { ESP32FirmwareImage } from "esptool-js/lib/image/esp32.js";
import { ImageSegment } from "esptool-js/lib/image/base.js";
import { loadFirmwareImage } from "esptool-js/lib/image/index.js";
import { CHIP_DEFS } from "esptool-js/lib/targets/index.js";

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

async function read(job) {
  const bytes = new Uint8Array(readFileSync(job.file));
  const warnings = [];
  console.warn = (text) => warnings.push(text);
  let image;
  try {
    image = await loadFirmwareImage(CHIP_DEFS[job.chip], bytes);
  } catch (error) {
    return { error: String(error.message) };
  }
  const answer = {
    warnings,
    chipId: image.chipId,
    entry: image.entrypoint >>> 0,
    segments: image.segments.map((s) => [s.addr >>> 0, s.data.length, s.fileOffs + 8]),
    description: Buffer.from(image.segments[0].data.slice(0, 256)).toString("hex"),
    checksum: image.checksum,
    computedChecksum: image.calculateChecksum(),
    hashAppended: image.appendDigest,
  };
  if (image.appendDigest) {
    const end = image.dataLength + 1;
    answer.hash = Buffer.from(bytes.slice(end, end + 32)).toString("hex");
    answer.computedHash = sha256(bytes.slice(0, end));
    answer.length = end + 32;
  }
  return answer;
}

function description(job) {
  const bytes = Buffer.alloc(256);
  bytes.writeUInt32LE(0xabcd5432, 0);
  bytes.writeUInt32LE(job.secureVersion, 4);
  bytes.write(job.version, 16);
  bytes.write(job.project, 48);
  bytes.write("12:34:56", 80);
  bytes.write("Aug  6 2026", 96);
  bytes.write("v5.4.1", 112);
  bytes.write(job.elfSha256, 144, "hex");
  return bytes;
}

function noise(length, seed) {
  const bytes = new Uint8Array(length);
  let state = seed >>> 0;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

async function write(job) {
  const rom = CHIP_DEFS[job.chip];
  const image = new ESP32FirmwareImage(rom, null, false);
  image.entrypoint = 0x40380000;
  // The window for code only: for some chips it has the window for data from another one.
  const start = rom.IROM_MAP_START;
  const first = new Uint8Array([...description(job), ...noise(job.data, 1)]);
  image.segments.push(new ImageSegment(start + 0x20, first));
  image.segments.push(new ImageSegment(start + 0x30020, noise(job.code, 2)));
  if (job.ram) {
    // Enough to fill the gap before the code: it takes shorter ones for longer than they are.
    image.segments.push(new ImageSegment(0x3ffb0000, noise(80_000, 3)));
  }
  const saved = await image.save();
  const again = await loadFirmwareImage(rom, saved);
  let end = 24;
  for (const segment of again.segments) {
    end += 8 + segment.data.length;
  }
  let bytes = Buffer.from(saved.slice(0, end + 16 - (end % 16)));
  if (job.hash) {
    bytes[23] = 1;
    bytes = Buffer.concat([bytes, createHash("sha256").update(bytes).digest()]);
  }
  writeFileSync(job.file, bytes);
  return { sha256: sha256(bytes), length: bytes.length, segments: again.segments.length };
}

const answers = [];
for (const job of JSON.parse(readFileSync(0, "utf8"))) {
  switch (job.do) {
    case "chips":
      answers.push(Object.fromEntries(Object.entries(CHIP_DEFS).map(([k, v]) => [k, v.IMAGE_CHIP_ID ?? -1])));
      break;
    case "read":
      answers.push(await read(job));
      break;
    case "write":
      answers.push(await write(job));
      break;
    default:
      throw new Error(`no such job: ${job.do}`);
  }
}
process.stdout.write(JSON.stringify(answers));
