/// Jobs that report themselves: their heartbeats, and the check that detects silence. Start with
/// [HeartbeatLog].
@NullMarked
package dev.sluice.sense.heartbeat;

import org.jspecify.annotations.NullMarked;
