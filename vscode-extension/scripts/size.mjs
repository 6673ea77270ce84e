// Prints what the bundle weighs, and fails when it weighs too much. The server's binary is no part of it.
import { readdirSync, statSync } from 'node:fs';

const LIMIT = 400_000;

const files = readdirSync('dist').filter((name) => name.endsWith('.js')).map((name) => ({ name, bytes: statSync(`dist/${name}`).size }));
for (const { name, bytes } of files) console.log(`${bytes.toString().padStart(7)} bytes  dist/${name}`);
const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
console.log(`${total.toString().padStart(7)} bytes  in all, ${LIMIT} allowed`);
if (total > LIMIT) process.exitCode = 1;
