// One line a scenario, and the closing count that the test reads.

/**
 * Runs scenarios in order; each says what it shows. A failing one leaves a picture; what it left open is closed, and the
 * others go on.
 */
export function reporter({ picture, recover }) {
  let passed = 0;
  let failed = 0;
  return {
    async scenario(name, act) {
      const start = Date.now();
      try {
        await act();
        passed++;
        console.log(`ok   ${name} (${Date.now() - start} ms)`);
      } catch (error) {
        failed++;
        console.log(`FAIL ${name}: ${String(error.message).split('\n').slice(0, 8).join('\n     ')}`);
        await picture(`failed-${name.replace(/\W+/g, '-')}`);
        await recover();
      }
    },
    close() {
      console.log(`${passed} passed, ${failed} failed`);
      return failed === 0;
    },
  };
}
