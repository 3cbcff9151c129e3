// Shapes of a layer that users brought: unpacked and handed to the stage (stage.js) of the same key, now or when it comes.

const registry = (window.meguriMaps ??= { stages: new Map(), scenes: new Map(), events: new Map(), views: new Map() });
registry.shapes ??= new Map();

export default async function ({ data }) {
  const split = data.indexOf(10);
  const { key, name } = JSON.parse(new TextDecoder().decode(data.subarray(0, split)));
  const own = registry.shapes.get(key) ?? registry.shapes.set(key, new Map()).get(key);
  if (own.has(name)) return;
  const stream = new Blob([data.subarray(split + 1)]).stream().pipeThrough(new DecompressionStream("gzip"));
  own.set(name, JSON.parse(await new Response(stream).text()));
  const stage = registry.stages.get(key);
  // A scene that came before its shapes was drawn without them.
  if (stage?.bounds && stage.scene) stage.show(stage.scene);
}
