import { report } from './train.js';

console.log(JSON.stringify(await report()));
