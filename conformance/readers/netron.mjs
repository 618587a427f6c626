// Opens SavedModels in netron, without a window: its own readers of protobuf and checkpoints. Prints the variables.
//
//   node netron.mjs NETRON LIST
//
// NETRON is the folder of netron's files, LIST is as suite/callfile.py says. A variable's name in netron is its checkpoint key.

import * as fs from 'fs';
import * as path from 'path';

const [folder, list] = process.argv.slice(2);
const base = await import(`${folder}/base.js`);
const view = await import(`${folder}/view.js`);

const NUMBERS = {
  float32: 1, float64: 2, int32: 3, uint8: 4, int16: 5, int8: 6, string: 7, complex64: 8, 'complex<float32>': 8, int64: 9,
  boolean: 10, bfloat16: 14, uint16: 17, complex128: 18, 'complex<float64>': 18, float16: 19, uint32: 22, uint64: 23,
};

const hex = (data) => Buffer.from(data).toString('hex');
const stream = (file) => new base.BinaryStream(new Uint8Array(fs.readFileSync(file)));

async function open(file) {
  const errors = [];
  const context = {
    identifier: path.basename(file), stream: stream(file), entries: new Map(),
    require: (id) => import(`${folder}/${id.replace('./', '')}.js`),
    asset: async (name) => fs.readFileSync(`${folder}/${name}`, 'utf8'),
    fetch: async (name) => stream(path.join(path.dirname(file), name)),
    error: (e) => errors.push(e),
  };
  const host = { environment: () => null, require: context.require, event: () => {}, exception: (e) => errors.push(e) };
  const model = await new view.ModelFactoryService(host).open(context);
  if (errors.length) throw errors[0];
  return model;
}

function show(key, tensor) {
  const dims = tensor.type.shape.dimensions.map((d) => (d === '?' ? 0 : Number(d))); // netron shows 0 as unknown
  const dtype = NUMBERS[tensor.type.dataType];
  if (!dtype) throw new Error(`no number for ${tensor.type.dataType}`);
  if (dtype === 7) throw new Error('netron does not take strings apart');
  const data = hex(tensor.values || []);
  console.log(`out ${hex(Buffer.from(key))} - ${dtype} ${dims.join(',') || '-'} ${data || '-'}`);
}

console.log('version netron');
for (const line of fs.readFileSync(list, 'utf8').split('\n')) {
  const [name, directory] = line.split(' ');
  if (!directory) continue;
  console.log(`\nmodel ${name}`);
  try {
    const model = await open(path.join(directory, 'saved_model.pb'));
    if (!(model.modules || model.graphs).length) throw new Error('no graph');
    console.log(`call ${hex(Buffer.from('variables'))}`);
    const bundle = await open(path.join(directory, 'variables', 'variables.index'));
    for (const graph of bundle.modules || bundle.graphs) {
      for (const node of graph.nodes) {
        for (const argument of node.inputs) {
          for (const value of argument.value) {
            if (value.initializer) show(value.name, value.initializer);
          }
        }
      }
    }
  } catch (e) {
    console.log(`error ${String(e).replace(/\s+/g, ' ')}`);
  }
}
