/// The hub's statistics as channels: `docs/protocol.md` §5. Read [dev.sluice.server.stats.Statistics] first.
@NullMarked
package dev.sluice.server.stats;

import org.jspecify.annotations.NullMarked;
