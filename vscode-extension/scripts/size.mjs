// Prints what the bundle weighs, and fails when it weighs too much. The server's binary is no part of it.
import { readdirSync, statSync } from 'node:fs';

const LIMIT = 400 * 1024;

const files = readdirSync('dist').filter((name) => name.endsWith('.js')).map((name) => ({ name, bytes: statSync(`dist/${name}`).size }));
for (const { name, bytes } of files) console.log(`${(bytes / 1024).toFixed(1).padStart(7)} KiB  dist/${name}`);
const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
console.log(`${(total / 1024).toFixed(1).padStart(7)} KiB  in all, ${LIMIT / 1024} KiB allowed`);
if (total > LIMIT) process.exitCode = 1;
