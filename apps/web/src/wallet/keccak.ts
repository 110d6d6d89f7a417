/** Keccak-256 as Ethereum uses it (FIPS 202's permutation with Keccak's own padding), over bytes; returns 32 bytes. */
export function keccak256(input: Uint8Array): Uint8Array {
  const rate = 136;
  const state = new Array<bigint>(25).fill(0n);
  const padded = new Uint8Array(Math.ceil((input.length + 1) / rate) * rate);
  padded.set(input);
  padded[input.length] = 0x01;
  padded[padded.length - 1] = (padded[padded.length - 1] as number) | 0x80;
  const view = new DataView(padded.buffer);
  for (let block = 0; block < padded.length; block += rate) {
    for (let lane = 0; lane < rate / 8; lane += 1) state[lane] = at(state, lane) ^ view.getBigUint64(block + lane * 8, true);
    permute(state);
  }
  const out = new DataView(new ArrayBuffer(32));
  for (let lane = 0; lane < 4; lane += 1) out.setBigUint64(lane * 8, at(state, lane), true);
  return new Uint8Array(out.buffer);
}

const at = (lanes: readonly bigint[], index: number): bigint => lanes[index] as bigint;
const rotate = (lane: bigint, by: number): bigint => BigInt.asUintN(64, (lane << BigInt(by)) | (lane >> BigInt(64 - by)));

/** Round constants by the linear feedback shift register of FIPS 202, section 3.2.5. */
const ROUND_CONSTANTS: readonly bigint[] = (() => {
  let register = 1;
  return Array.from({ length: 24 }, () => {
    let constant = 0n;
    for (let bit = 0; bit < 7; bit += 1) {
      if (register & 1) constant |= 1n << BigInt(2 ** bit - 1);
      register = register & 0x80 ? (register << 1) ^ 0x171 : register << 1;
    }
    return constant;
  });
})();

function permute(state: bigint[]): void {
  for (const constant of ROUND_CONSTANTS) {
    const column = Array.from({ length: 5 }, (_, x) => at(state, x) ^ at(state, x + 5) ^ at(state, x + 10) ^ at(state, x + 15) ^ at(state, x + 20));
    for (let x = 0; x < 5; x += 1) {
      const mixed = at(column, (x + 4) % 5) ^ rotate(at(column, (x + 1) % 5), 1);
      for (let y = 0; y < 25; y += 5) state[x + y] = at(state, x + y) ^ mixed;
    }
    // rho and pi, walking the lanes in pi's order
    let [x, y] = [1, 0];
    let carried = at(state, 1);
    for (let step = 0; step < 24; step += 1) {
      [x, y] = [y, (2 * x + 3 * y) % 5];
      const kept = at(state, x + 5 * y);
      state[x + 5 * y] = rotate(carried, (((step + 1) * (step + 2)) / 2) % 64);
      carried = kept;
    }
    for (let row = 0; row < 25; row += 5) {
      const lanes = state.slice(row, row + 5);
      for (let lane = 0; lane < 5; lane += 1) state[row + lane] = at(lanes, lane) ^ (BigInt.asUintN(64, ~at(lanes, (lane + 1) % 5)) & at(lanes, (lane + 2) % 5));
    }
    state[0] = at(state, 0) ^ constant;
  }
}
