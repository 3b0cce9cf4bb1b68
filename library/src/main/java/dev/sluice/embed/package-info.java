/// The implementation of `dev.sluice`: the routes of a program, checked before those of the hub, and the threads,
/// timers and backpressure of its connections. Read [dev.sluice.embed.ProgramRouter] first, then
/// [dev.sluice.embed.HandlerSession].
@NullMarked
package dev.sluice.embed;

import org.jspecify.annotations.NullMarked;
