/// The time that each check was up, and its latency: roll-ups by hour and day, which outlive the events of the
/// channels. Read [UptimeMeter] and [UptimeLog] first.
@NullMarked
package dev.sluice.sense.uptime;

import org.jspecify.annotations.NullMarked;
