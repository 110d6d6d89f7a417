import { type DynamicModule, Module } from '@nestjs/common';
import { BullModule } from '@nestjs/bull';
import { ScheduleModule } from '@nestjs/schedule';
import { QUEUES } from '@ballast/jobs';
import { Actor, ActProcessor } from './pipeline/act.processor.js';
import { DecideProcessor } from './pipeline/decide.processor.js';
import { WatchProcessor } from './pipeline/watch.processor.js';
import { FastLane } from './reaction/fast-lane.js';
import { RUNTIME, type Runtime } from './runtime.js';
import { Blindness } from './schedule/blindness.js';
import { Breakers } from './schedule/breakers.js';
import { Discover } from './schedule/discover.js';
import { Forgetting } from './schedule/forgetting.js';
import { HeadPoller } from './schedule/head-poller.js';
import { Heartbeats } from './schedule/heartbeats.js';
import { Hedges } from './schedule/hedges.js';
import { Leadership } from './schedule/leadership.js';
import { Learn } from './schedule/learn.js';
import { Liveness } from './schedule/liveness.js';
import { Rederive } from './schedule/rederive.js';
import { Reminders } from './schedule/reminders.js';
import { SignsOfLife } from './schedule/signs-of-life.js';

/**
 * Short locks: a killed worker's jobs are free again within about two seconds. A job that runs twice does no harm,
 * so a lock lost under load costs work and nothing else.
 */
const BULL_SETTINGS = { lockDuration: 2_000, stalledInterval: 1_000, maxStalledCount: 1_000_000, guardInterval: 1_000, drainDelay: 1 } as const;

const PROCESSORS = { watch: WatchProcessor, decide: DecideProcessor, act: ActProcessor } as const;

@Module({})
export class WorkerModule {
  static forRoot(runtime: Runtime): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        ScheduleModule.forRoot(),
        BullModule.forRoot({ url: runtime.env.redisUrl, settings: BULL_SETTINGS }),
        BullModule.registerQueue(...Object.values(QUEUES).map((name) => ({ name }))),
      ],
      providers: [{ provide: RUNTIME, useValue: runtime }, Actor, Blindness, Breakers, Discover, FastLane, Forgetting, HeadPoller, Heartbeats, Hedges, Leadership, Learn, Liveness, Rederive, Reminders, SignsOfLife, ...runtime.env.roles.flatMap((role) => (role === 'notify' ? [] : PROCESSORS[role]))],
    };
  }
}
