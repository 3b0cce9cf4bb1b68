/// Jobs that report themselves: their beats, and the check that looks for silence. Read [BeatLog] first.
@NullMarked
package dev.sluice.sense.heartbeat;

import org.jspecify.annotations.NullMarked;
