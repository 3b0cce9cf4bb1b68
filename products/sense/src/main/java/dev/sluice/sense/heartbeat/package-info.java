/// Jobs that report themselves: their heartbeats, and the check that looks for silence. Read [HeartbeatLog] first.
@NullMarked
package dev.sluice.sense.heartbeat;

import org.jspecify.annotations.NullMarked;
