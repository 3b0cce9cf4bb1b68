/// The requests between nodes besides the order: the status, a copy of the log, proposals for the leader,
/// messages of sessions. Read [NodeServer] first, then [NodeClient].
@NullMarked
package dev.sluice.cluster.peers;

import org.jspecify.annotations.NullMarked;
