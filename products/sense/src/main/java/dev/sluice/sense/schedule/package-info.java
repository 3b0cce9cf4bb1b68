/// Decides when checks run: spread over their interval, never twice at the same time, without drift, and with
/// a limit on concurrent runs. Start with [CheckSchedule]; [Scheduler] adds the threads.
@NullMarked
package dev.sluice.sense.schedule;

import org.jspecify.annotations.NullMarked;
