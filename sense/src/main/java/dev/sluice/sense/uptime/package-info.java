/// How much of the time each check was up, and how fast: roll-ups by hour and day, which outlive the events of the
/// channels. Read [Meter] and [UptimeLog] first.
@NullMarked
package dev.sluice.sense.uptime;

import org.jspecify.annotations.NullMarked;
