import type { Interface } from 'ethers';
import { z } from 'zod';
import { aaveAddressesProviderAbi, aaveOracleAbi, callOf, decodeResult, venusComptrollerAbi, type Call, type ChainBook, type ReadClient } from '@ballast/connectors';
import { BREAKERS, judgeCode, type ComparedCode, type StopScope, type WatchedCode } from '@ballast/policy';
import type { AcceptedCodeStore } from '@ballast/storage';
import { address, hash32, type Address } from '@ballast/units';
import type { Look, Looked, Moment } from './look.js';
import type { SoldPairs } from './sold-pairs.js';

/** Where a proxy keeps the address of its code: keccak256('eip1967.proxy.implementation') - 1. */
const EIP_1967 = hash32('0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc');
const anAddress = z.tuple([z.string().transform(address)]);

interface Question {
  readonly code: Omit<WatchedCode, 'seen'>;
  readonly call: Call;
  readonly abi: Interface;
  readonly name: string;
}

/**
 * What the protocols run on, beside what was accepted: the code behind Aave's pool and the contracts that its registry names, the code of Venus's comptroller and its
 * oracle, and the source of each price that a sale rests on. Morpho's contract and its markets' oracles cannot be exchanged.
 */
export class CodeLook implements Look {
  readonly of = "the protocols' code";

  constructor(private readonly client: ReadClient, private readonly book: ChainBook, private readonly accepted: AcceptedCodeStore, private readonly pairs: SoldPairs) {}

  async look({ block }: Moment): Promise<readonly Looked[]> {
    const { aaveV3 } = this.book;
    const questions = [...this.contracts(), ...(await this.sources())];
    const [pool, answers] = await Promise.all([this.client.storageAt(block, aaveV3.pool, EIP_1967), this.client.multicall(block, questions.map(({ call }) => call))]);
    const found: WatchedCode[] = [
      { protocol: 'aave-v3', what: 'the code of the pool', seen: addressIn(pool) },
      ...questions.map(({ code, abi, name }, index) => ({ ...code, seen: decodeResult(abi, name, anAddress, answers[index])[0] })),
    ];
    const compared = await this.accepted.compare(this.client.chainId, found);
    return [...this.ofProtocols(compared), ...this.ofSources(compared)];
  }

  private contracts(): readonly Question[] {
    const { aaveV3, venus } = this.book;
    const registry = (name: string, what: string): Question => ({ code: { protocol: 'aave-v3', what }, call: callOf(aaveV3.addressesProvider, aaveAddressesProviderAbi, name), abi: aaveAddressesProviderAbi, name });
    const comptroller = (at: Address, name: string, what: string): Question => ({ code: { protocol: 'venus', what }, call: callOf(at, venusComptrollerAbi, name), abi: venusComptrollerAbi, name });
    return [
      registry('getPool', 'the pool'), registry('getPriceOracle', 'the price oracle'), registry('getPoolDataProvider', 'the data provider'),
      ...(venus === undefined ? [] : [comptroller(venus.comptroller, 'comptrollerImplementation', 'the code of the comptroller'), comptroller(venus.comptroller, 'oracle', 'the price oracle')]),
    ];
  }

  /** Aave takes each price from a source that its governance may exchange. */
  private async sources(): Promise<readonly Question[]> {
    const sold = (await this.pairs.places()).filter(({ protocol }) => protocol === 'aave-v3');
    const assets = [...new Set(sold.flatMap(({ collateral, debt }) => [collateral, debt]))];
    return assets.map((asset) => ({
      code: { protocol: 'aave-v3', asset, what: `the source of the price of ${asset}` }, call: callOf(this.book.aaveV3.oracle, aaveOracleAbi, 'getSourceOfAsset', [asset]), abi: aaveOracleAbi, name: 'getSourceOfAsset',
    }));
  }

  private ofProtocols(compared: readonly ComparedCode[]): readonly Looked[] {
    const protocols = [...new Set(compared.map(({ protocol }) => protocol))];
    return protocols.map((protocol) => ({
      rule: BREAKERS.implementationChanged, scope: { kind: 'protocol', chainId: this.client.chainId, protocol } satisfies StopScope,
      finding: judgeCode(compared.filter((one) => one.protocol === protocol && one.asset === undefined)),
    }));
  }

  private ofSources(compared: readonly ComparedCode[]): readonly Looked[] {
    return compared.flatMap((one) => (one.asset === undefined ? [] : [{
      rule: BREAKERS.sourceChanged, scope: { kind: 'asset', chainId: this.client.chainId, protocol: one.protocol, asset: one.asset } satisfies StopScope, finding: judgeCode([one]),
    }]));
  }
}

/** The address in the last 20 of 32 bytes. */
const addressIn = (word: string): Address => address(`0x${word.slice(-40)}`);
