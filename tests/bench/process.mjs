// A process of Node around one host: reads { method, args }, answers { value } or { error }.

await import(process.argv[2]);

process.on('message', async ({ method, args }) => {
  try {
    process.send({ value: await globalThis.bench[method](...args) });
  } catch (error) {
    process.send({ error: String(error?.stack ?? error) });
  }
});
