// Parses lists of structured fields with the package structured-headers.
// node structured-fields.js NODE_MODULES: reads one list from each line of the input, and writes a line for each: its items as JSON,
// each a value and its parameters.
'use strict';
const { createRequire } = require('module');
const path = require('path');
const readline = require('readline');

const { parseList, serializeList } = createRequire(path.join(process.argv[2], '_'))('structured-headers');

function describe(line) {
  try {
    const list = parseList(line);
    const text = serializeList(list);
    return text === line
      ? JSON.stringify(list.map(([value, parameters]) => [value, Object.fromEntries(parameters)]))
      : `its canonical form is ${text}`;
  } catch (error) {
    return error.message;
  }
}

readline.createInterface({ input: process.stdin }).on('line', line => console.log(describe(line)));
