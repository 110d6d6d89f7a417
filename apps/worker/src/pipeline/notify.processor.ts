import { Inject } from '@nestjs/common';
import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { notifyJob } from '@ballast/jobs';
import { RUNTIME, type Runtime } from '../runtime.js';

@Processor('notify')
export class NotifyProcessor {
  constructor(@Inject(RUNTIME) private readonly runtime: Runtime) {}

  @Process({ concurrency: 8 })
  async notify(job: Job): Promise<void> {
    await this.runtime.notifier.deliver(notifyJob.parse(job.data).deliveryId);
  }
}
