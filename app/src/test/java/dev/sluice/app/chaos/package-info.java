/// Three nodes of a cluster under faults, and a checker of the recorded histories of their clients:
/// [dev.sluice.app.chaos.ClusterChaosTest] runs the rounds, [dev.sluice.app.chaos.HistoryChecker] has the
/// rules.
@NullMarked
package dev.sluice.app.chaos;

import org.jspecify.annotations.NullMarked;
