/// The hub's statistics as channels: `docs/protocol.md` §5. Read [dev.sluice.server.stats.Statistics] first.
///
/// [Recorder] makes the figures, [NodeRecorder] those of a cluster's nodes, and [Trends] the curves of channels.
/// [StatsDemand] tracks which of them have readers.
@NullMarked
package dev.sluice.server.stats;

import org.jspecify.annotations.NullMarked;
