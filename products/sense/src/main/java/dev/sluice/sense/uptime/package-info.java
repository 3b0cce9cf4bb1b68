/// The uptime and the latency of each check: roll-ups by hour and day, which outlive the events of the
/// channels. Start with [UptimeMeter] and [UptimeLog].
@NullMarked
package dev.sluice.sense.uptime;

import org.jspecify.annotations.NullMarked;
