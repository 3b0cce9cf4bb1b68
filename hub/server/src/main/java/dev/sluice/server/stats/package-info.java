/// The hub's statistics as channels: `docs/protocol.md` §5. Read [dev.sluice.server.stats.Statistics] first.
///
/// The figures are made by [Recorder], those of a cluster's nodes by [NodeRecorder], and the curves of channels
/// by [Trends]. [StatsDemand] knows whether anybody reads them.
@NullMarked
package dev.sluice.server.stats;

import org.jspecify.annotations.NullMarked;
