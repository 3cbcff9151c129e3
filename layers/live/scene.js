// The scene: a few kilobytes of styles and words, handed to the stage (stage.js) of the same key.

const registry = (window.meguriMaps ??= { stages: new Map(), scenes: new Map(), events: new Map(), views: new Map() });

export default function ({ data, setTriggerValue }) {
  const { key, scene } = data;
  registry.events.set(key, (place) => setTriggerValue("click", place));
  const text = JSON.stringify(scene);
  if (registry.scenes.get(key)?.text === text && registry.stages.get(key)?.scene?.text === text) return;
  scene.text = text;
  registry.scenes.set(key, scene);
  // The small component mounts before the large one: the stage picks the scene up when it is there.
  registry.stages.get(key)?.show(scene);
}
