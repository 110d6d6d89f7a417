import { describe, expect, it } from 'vitest';
import { link, uniswapArtifact, type Artifact } from './artifacts.js';
import { ArtifactMissing } from './errors.js';

const library = `0x${'ab'.repeat(20)}`;
const artifact: Artifact = {
  name: 'Needs', abi: [], bytecode: `0x6001${'_'.repeat(40)}6002${'_'.repeat(40)}`,
  linkReferences: { 'Lib.sol': { Lib: [{ start: 2, length: 20 }, { start: 24, length: 20 }] } },
};

describe('linking', () => {
  it("puts a library's address in every place that names it", () => {
    expect(link(artifact, { Lib: library })).toBe(`0x6001${'ab'.repeat(20)}6002${'ab'.repeat(20)}`);
  });

  it('names the library that is not deployed', () => {
    expect(() => link(artifact, {})).toThrow(ArtifactMissing);
    expect(() => link(artifact, {})).toThrow(/Lib/);
  });

  it('leaves no placeholder in what a package ships', () => {
    expect(link(uniswapArtifact('NonfungibleTokenPositionDescriptor'), { NFTDescriptor: library })).toMatch(/^0x[0-9a-f]+$/i);
  });
});
