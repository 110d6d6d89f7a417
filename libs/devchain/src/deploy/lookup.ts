import type { Artifact } from '../artifacts.js';
import type { Artifacts } from '../compile.js';
import { ArtifactMissing } from '../errors.js';

export function artifactOf(artifacts: Artifacts, name: string): Artifact {
  const found = artifacts[name];
  if (found === undefined) throw new ArtifactMissing(name, 'the compiled protocols');
  return found;
}
