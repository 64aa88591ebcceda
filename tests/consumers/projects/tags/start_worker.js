// Starts a worker of the kind that the tag asks for, and takes its answer for the outcome.
const { kind } = document.currentScript.dataset;

const answer = (target) =>
  new Promise((resolve, reject) => {
    target.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
    target.onerror = (event) => reject(new Error(event.message));
  });

async function served() {
  const registration = await navigator.serviceWorker.register('/classic_worker.js');
  await navigator.serviceWorker.ready;
  const reply = answer(navigator.serviceWorker);
  navigator.serviceWorker.startMessages();
  registration.active.postMessage('train');
  return reply;
}

function started() {
  const worker =
    kind === 'module' ? new Worker('/module_worker.js', { type: 'module' }) : new Worker('/classic_worker.js');
  const reply = answer(worker);
  worker.postMessage('train');
  return reply;
}

globalThis.outcome = kind === 'service' ? served() : started();
