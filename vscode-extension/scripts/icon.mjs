// Draws media/icon.png: three steps and the beat that falls on the first. Shapes are distances, edges are smoothed by them.
import { writeFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';

const SIZE = 256;

const box = (x, y, cx, cy, w, h, r) => {
  const dx = Math.abs(x - cx) - w / 2 + r;
  const dy = Math.abs(y - cy) - h / 2 + r;
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - r;
};
const line = (x, y, ax, ay, bx, by, width) => {
  const [px, py, qx, qy] = [x - ax, y - ay, bx - ax, by - ay];
  const t = Math.min(1, Math.max(0, (px * qx + py * qy) / (qx * qx + qy * qy)));
  return Math.hypot(px - t * qx, py - t * qy) - width / 2;
};
const disc = (x, y, cx, cy, r) => Math.hypot(x - cx, y - cy) - r;

const SHAPES = [
  { color: [28, 36, 64], distance: (x, y) => box(x, y, 128, 128, 248, 248, 54) },
  { color: [92, 108, 160], distance: (x, y) => Math.min(line(x, y, 82, 176, 174, 120, 12), line(x, y, 82, 176, 174, 204, 12)) },
  { color: [240, 244, 255], distance: (x, y) => Math.min(disc(x, y, 178, 118, 25), disc(x, y, 178, 206, 25)) },
  { color: [255, 179, 64], distance: (x, y) => disc(x, y, 80, 176, 32) },
  {
    color: [255, 179, 64],
    distance: (x, y) => Math.min(line(x, y, 80, 44, 80, 112, 15), line(x, y, 80, 116, 56, 90, 15), line(x, y, 80, 116, 104, 90, 15)),
  },
];

const rows = [];
for (let y = 0; y < SIZE; y++) {
  const row = Buffer.alloc(1 + SIZE * 4);
  for (let x = 0; x < SIZE; x++) {
    let [red, green, blue, alpha] = [0, 0, 0, 0];
    for (const { color, distance } of SHAPES) {
      const cover = Math.min(1, Math.max(0, 0.5 - distance(x + 0.5, y + 0.5)));
      const next = cover + alpha * (1 - cover);
      const mix = (old, fresh) => (next === 0 ? 0 : (fresh * cover + old * alpha * (1 - cover)) / next);
      [red, green, blue, alpha] = [mix(red, color[0]), mix(green, color[1]), mix(blue, color[2]), next];
    }
    row.set([red, green, blue, alpha * 255].map(Math.round), 1 + x * 4);
  }
  rows.push(row);
}

const chunk = (name, data) => {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
};
const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 6, 0, 0, 0]);
header.writeUInt32BE(SIZE, 0);
header.writeUInt32BE(SIZE, 4);
writeFileSync(
  'media/icon.png',
  Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]),
);
