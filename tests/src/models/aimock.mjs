// aimock on a port with fixtures. Ends when its standard input does.
import { pathToFileURL } from "node:url";

const [program, port, fixtures] = process.argv.slice(-3);
process.stdin.resume().on("end", () => process.exit(0));
// In code that is evaluated, arguments follow the interpreter at once.
process.argv = [process.execPath, "--port", port, "--fixtures", fixtures, "--log-level", "silent", "--strict"];
await import(pathToFileURL(program).href);
