/// The implementation of `dev.sluice`: the routes of a program, checked before those of the hub, and the threads,
/// timers and backpressure of its connections. Read [dev.sluice.embed.route.ProgramRouter] first, then
/// [dev.sluice.embed.handler.HandlerSession].
@NullMarked
package dev.sluice.embed;

import org.jspecify.annotations.NullMarked;
