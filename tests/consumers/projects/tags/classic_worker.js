// As a dedicated worker and as a service worker: they differ in whom they answer.
importScripts('/alphatorch/torch.js', '/classic.js');

onmessage = async ({ source }) => {
  const page = source ?? self;
  try {
    page.postMessage(await report());
  } catch (error) {
    page.postMessage({ error: String(error) });
  }
};
