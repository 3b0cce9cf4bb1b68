/// When checks run: spread over their interval, never twice at the same time, without drift, and a bounded number at
/// once. Read [CheckSchedule] first; [Scheduler] adds threads to it.
@NullMarked
package dev.sluice.sense.schedule;

import org.jspecify.annotations.NullMarked;
