"""The build of an area's dataset from official downloads, tile by tile."""
