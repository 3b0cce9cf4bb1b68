/// The implementation of `dev.sluice`: the routes of a program, checked before those of the hub, and the threads,
/// timers and backpressure of its connections. Read [dev.sluice.embed.route.ProgramRouter] first, then
/// [dev.sluice.embed.handler.HandlerSession].
///
/// [ProgramAccess] has the access rules that a program sets in code, and [Reloader] reads a changed
/// configuration while the hub runs.
@NullMarked
package dev.sluice.embed;

import org.jspecify.annotations.NullMarked;
