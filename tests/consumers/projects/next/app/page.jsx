'use client';

// Imported on the server too, where the page is rendered first.
import { useEffect } from 'react';
import { report } from '../train.js';

export default function Page() {
  useEffect(() => {
    globalThis.outcome = report();
  }, []);
  return <main>consumer</main>;
}
