package dev.sluice.server.metrics;

import dev.sluice.core.peers.ReplicationStatus;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// The metrics of a node of a cluster. A single hub has no samples of them.
final class ClusterMetrics {
    static final List<Metric> ALL = List.of(
            new Metric(
                    "sluice_cluster_role",
                    Metric.Type.GAUGE,
                    List.of("role"),
                    "1 for the node's role in its cluster, else 0: leader, follower, candidate (asks for votes), listener (does not vote). A single hub has none of the metrics of a cluster.",
                    "Not exactly one leader over all nodes for longer than an election takes: see sluice cluster status.",
                    samples(ClusterMetrics::roles)),
            gauge(
                    "sluice_cluster_has_leader",
                    "1 if the node has known a leader with a majority in the last five seconds, else 0.",
                    "Raise an alert at 0: publishes to this node wait and then fail, and the node does not see those of other nodes.",
                    status -> status.hasLeader() ? 1 : 0),
            gauge(
                    "sluice_cluster_term",
                    "The term of Raft, as the node knows it.",
                    "Grows with each election. A steady rate has the same causes as one of sluice_cluster_leader_changes_total.",
                    ReplicationStatus::term),
            gauge(
                    "sluice_cluster_commit_index",
                    "The index up to which the node knows that a majority has the order on disk.",
                    "The maximum over all nodes minus the value of a node is how far that node is behind: its network or disk is slow, or it was away.",
                    ReplicationStatus::commit),
            gauge(
                    "sluice_cluster_applied_index",
                    "The index up to which the node has applied the order.",
                    "Well below sluice_cluster_commit_index of the same node: it catches up after a start, or has too few processors. /readyz fails until it has caught up.",
                    ReplicationStatus::applied),
            new Metric(
                    "sluice_cluster_leader_changes_total",
                    Metric.Type.COUNTER,
                    List.of(),
                    "Changes of the leader that the node has seen, by election or by handover.",
                    "More changes than restarts: the network cuts nodes off, or processors are so busy that heartbeats are late.",
                    samples(status -> List.of(new Sample.Scalar(List.of(), status.leaderChanges())))),
            gauge(
                    "sluice_cluster_proposals",
                    "Groups of publishes that the node has proposed and that are not applied yet, at most four.",
                    "Always four: publishes wait for the leader's disk, the network, or a majority.",
                    ReplicationStatus::proposals),
            gauge(
                    "sluice_cluster_order_bytes",
                    "Size of Raft's log on the node's disk. Its entries are purged once the node's own log is on disk.",
                    "Grows without end: the node's own log is not saved to disk. See the errors that the node logs.",
                    ReplicationStatus::orderBytes),
            gauge(
                    "sluice_cluster_compared_index",
                    "The index at which the node's state was last equal to that of the others, by a digest of all decisions; 0 until then.",
                    "Stands still while sluice_cluster_applied_index grows: the other nodes can't be queried. A node that differs logs this and stops.",
                    ReplicationStatus::compared),
            new Metric(
                    "sluice_cluster_clock_difference_seconds",
                    Metric.Type.GAUGE,
                    List.of(),
                    "Seconds by which the node's clock is ahead of the median of all nodes' clocks, negative if it is behind. Measured every ten seconds, to about a tenth of a second; no sample until then.",
                    "More than 5 or less than -5 on the leader, which logs a warning: events have its time. Correct its clock, or make another node the leader.",
                    samples(ClusterMetrics::clockDifference)));

    private static final int MILLIS_PER_SECOND = 1_000;

    private ClusterMetrics() {}

    private static Metric gauge(String name, String help, String advice, ToDoubleFunction<ReplicationStatus> read) {
        return new Metric(
                name,
                Metric.Type.GAUGE,
                List.of(),
                help,
                advice,
                samples(status -> List.of(new Sample.Scalar(List.of(), read.applyAsDouble(status)))));
    }

    private static Function<MetricsSnapshot, List<? extends Sample>> samples(
            Function<ReplicationStatus, List<Sample.Scalar>> read) {
        return reading -> {
            ReplicationStatus status = reading.hub().replication();
            return status == null ? List.of() : read.apply(status);
        };
    }

    private static List<Sample.Scalar> clockDifference(ReplicationStatus status) {
        Duration ahead = status.clockAhead();
        return ahead == null
                ? List.of()
                : List.of(new Sample.Scalar(List.of(), ahead.toMillis() / (double) MILLIS_PER_SECOND));
    }

    private static List<Sample.Scalar> roles(ReplicationStatus status) {
        return Arrays.stream(ReplicationStatus.Role.values())
                .map(each ->
                        new Sample.Scalar(List.of(each.name().toLowerCase(Locale.ROOT)), each == status.role() ? 1 : 0))
                .toList();
    }
}
