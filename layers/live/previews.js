// What the map would show for other choices, sent ahead: a choice recolours at once, and the server's answer confirms it.

const registry = (window.meguriMaps ??= { stages: new Map(), scenes: new Map(), events: new Map(), views: new Map() });

export default function ({ data }) {
  (registry.previews ??= new Map()).set(data.key, data);
  // One ear for all maps and all reruns: a choice is told by whoever offers it (the ladder).
  registry.listener ??= addEventListener("meguri-choice", ({ detail }) => preview(detail)) ?? true;
}

function preview(choice) {
  for (const [key, { layer, looks }] of registry.previews) {
    const [stage, look] = [registry.stages.get(key), looks[choice]];
    if (!stage?.scene || !look) continue;
    const layers = stage.scene.layers.map((shown) => (shown.key === layer && shown.geometry === look.geometry ? { ...shown, ...look } : shown));
    stage.show({ ...stage.scene, layers });
  }
}
