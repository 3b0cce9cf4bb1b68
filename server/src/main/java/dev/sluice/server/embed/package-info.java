/// What stands behind `dev.sluice`: a program's paths in front of the hub's, and the threads, timers and
/// waiting of its connections. Read [dev.sluice.server.embed.Program] first, then
/// [dev.sluice.server.embed.Session].
@NullMarked
package dev.sluice.server.embed;

import org.jspecify.annotations.NullMarked;
