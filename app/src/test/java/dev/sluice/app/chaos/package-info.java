/// Three nodes of a cluster under faults: [dev.sluice.app.chaos.ClusterChaosTest] runs the rounds, and
/// [dev.sluice.core.history.HistoryChecker] checks what their clients did.
@NullMarked
package dev.sluice.app.chaos;

import org.jspecify.annotations.NullMarked;
