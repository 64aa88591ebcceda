import { report } from './train.js';

onmessage = async () => {
  try {
    postMessage(await report());
  } catch (error) {
    postMessage({ error: String(error) });
  }
};
