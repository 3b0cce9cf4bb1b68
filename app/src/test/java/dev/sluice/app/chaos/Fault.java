package dev.sluice.app.chaos;

import static java.util.Objects.requireNonNull;

import dev.sluice.app.killed.HubProcess;
import dev.sluice.cluster.kafka.Brokers;
import dev.sluice.core.history.Publishes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// A fault of nodes while clients publish and read. It ends by itself or by [#heal].
enum Fault {
    LEADER_KILLED {
        @Override
        void inflict(ChaosCluster cluster, Random random, Publishes publishes) throws Exception {
            cluster.kill(cluster.leader());
            last(random, 0, 3_000);
        }
    },
    FOLLOWER_KILLED {
        @Override
        void inflict(ChaosCluster cluster, Random random, Publishes publishes) throws Exception {
            cluster.kill(follower(cluster, random));
            last(random, 0, 3_000);
        }
    },
    TWO_KILLED {
        @Override
        void inflict(ChaosCluster cluster, Random random, Publishes publishes) throws Exception {
            int one = random.nextInt(cluster.size());
            int other = other(cluster, one, random);
            cluster.kill(one);
            cluster.kill(other);
            last(random, 0, 3_000);
        }
    },
    /// Each leader is killed as soon as it is elected, while the former ones return under load.
    THREE_LEADERS_KILLED {
        @Override
        void inflict(ChaosCluster cluster, Random random, Publishes publishes) throws Exception {
            for (int i = 0; i < 3; i++) {
                int leader = cluster.leader();
                cluster.kill(leader);
                cluster.startAside(leader);
                last(random, 0, 1_500);
            }
        }
    },
    ALL_KILLED {
        @Override
        void inflict(ChaosCluster cluster, Random random, Publishes publishes) throws Exception {
            for (int i = 0; i < cluster.size(); i++) cluster.kill(i);
        }
    },
    NODE_STOPPED {
        @Override
        void inflict(ChaosCluster cluster, Random random, Publishes publishes) throws Exception {
            stop(cluster.node(random.nextInt(cluster.size())), Duration.ofSeconds(3));
        }
    },
    LEADER_STOPPED {
        @Override
        void inflict(ChaosCluster cluster, Random random, Publishes publishes) throws Exception {
            stop(cluster.node(cluster.leader()), Duration.ofSeconds(3));
        }
    },
    NODE_STOPPED_FOR_LONG {
        @Override
        void inflict(ChaosCluster cluster, Random random, Publishes publishes) throws Exception {
            int node = random.nextInt(cluster.size());
            cluster.nodeHistory().endangered(node); // Raft ends on it.
            stop(cluster.node(node), Duration.ofSeconds(70));
        }
    },
    CUT_ONE_WAY {
        @Override
        void inflict(ChaosCluster cluster, Random random, Publishes publishes) throws Exception {
            int from = random.nextInt(cluster.size());
            cluster.network().cut(from, other(cluster, from, random));
            last(random, 1_000, 6_000);
        }
    },
    CUT_BOTH_WAYS {
        @Override
        void inflict(ChaosCluster cluster, Random random, Publishes publishes) throws Exception {
            int one = random.nextInt(cluster.size());
            cut(cluster, one, other(cluster, one, random));
            last(random, 1_000, 6_000);
        }
    },
    LEADER_CUT_OFF {
        @Override
        void inflict(ChaosCluster cluster, Random random, Publishes publishes) throws Exception {
            int leader = cluster.leader();
            for (int i = 0; i < cluster.size(); i++) if (i != leader) cut(cluster, leader, i);
            if (random.nextBoolean()) {
                for (int i = 0; i < cluster.size(); i++)
                    if (i != leader) cluster.network().reset(leader, i);
            }
            last(random, 1_000, 8_000);
        }
    },
    /// Messages from the leader do not arrive; messages to it do.
    LEADER_MUTE {
        @Override
        void inflict(ChaosCluster cluster, Random random, Publishes publishes) throws Exception {
            int leader = cluster.leader();
            for (int i = 0; i < cluster.size(); i++)
                if (i != leader) cluster.network().cut(leader, i);
            last(random, 1_000, 6_000);
        }
    },
    /// Messages to the leader do not arrive; messages from it do.
    LEADER_DEAF {
        @Override
        void inflict(ChaosCluster cluster, Random random, Publishes publishes) throws Exception {
            int leader = cluster.leader();
            for (int i = 0; i < cluster.size(); i++)
                if (i != leader) cluster.network().cut(i, leader);
            last(random, 1_000, 6_000);
        }
    },
    /// Publishes are tried at a node that is cut off or stopped, repeated and acknowledged elsewhere, and
    /// deleted; then that node carries out the first attempts.
    LATE_ATTEMPTS {
        @Override
        void inflict(ChaosCluster cluster, Random random, Publishes publishes) throws Exception {
            int node = random.nextBoolean() ? cluster.leader() : random.nextInt(cluster.size());
            boolean isStopped = random.nextBoolean();
            if (isStopped) cluster.node(node).signal("STOP");
            else for (int i = 0; i < cluster.size(); i++) if (i != node) cut(cluster, node, i);
            cluster.tryFirstAt(node);
            last(random, 4_000, 8_000);
            cluster.tryFirstAtAny();
            if (isStopped) cluster.node(node).signal("CONT");
        }
    },
    ALL_APART {
        @Override
        void inflict(ChaosCluster cluster, Random random, Publishes publishes) throws Exception {
            for (int i = 0; i < cluster.size(); i++) for (int j = 0; j < i; j++) cut(cluster, i, j);
            last(random, 1_000, 6_000);
        }
    },
    DELAYED {
        @Override
        void inflict(ChaosCluster cluster, Random random, Publishes publishes) throws Exception {
            cluster.network().delay(Duration.ofMillis(200));
            publishes.awaitMore(3, PROGRESS_SECONDS);
            last(random, 1_000, 4_000);
        }
    },
    /// More bytes are published than Raft has preallocated in its files.
    DISK_FULL {
        @Override
        void inflict(ChaosCluster cluster, Random random, Publishes publishes) throws Exception {
            cluster.nodeHistory().endangered(ChaosCluster.ON_SMALL_DISK);
            cluster.fillDisk();
            for (int i = 0; i < LARGE_EVENTS; i++) cluster.publish(ChaosCluster.ON_SMALL_DISK - 1, LARGE_EVENT);
            last(random, 0, 3_000);
        }
    },
    /// The Raft log of a node loses its end after the other nodes continued without it, so that they have all
    /// acknowledged entries.
    LOG_TORN(Order.BY_RAFT) {
        @Override
        void inflict(ChaosCluster cluster, Random random, Publishes publishes) throws Exception {
            int torn = random.nextInt(cluster.size());
            cluster.kill(torn);
            publishes.awaitMore(5, PROGRESS_SECONDS);
            tear(cluster.folder(torn), random);
            cluster.startTorn(torn);
        }
    },
    BROKER_KILLED(Order.IN_KAFKA) {
        @Override
        void inflict(ChaosCluster cluster, Random random, Publishes publishes) throws Exception {
            brokers(cluster).kill(random.nextInt(ChaosCluster.BROKERS));
            publishes.awaitMore(3, PROGRESS_SECONDS);
            last(random, 0, 3_000);
        }
    },
    LEADING_BROKER_KILLED(Order.IN_KAFKA) {
        @Override
        void inflict(ChaosCluster cluster, Random random, Publishes publishes) throws Exception {
            brokers(cluster).kill(brokers(cluster).leader("sluice"));
            publishes.awaitMore(3, PROGRESS_SECONDS);
            last(random, 0, 3_000);
        }
    },
    LEADING_BROKER_STOPPED(Order.IN_KAFKA) {
        @Override
        void inflict(ChaosCluster cluster, Random random, Publishes publishes) throws Exception {
            int leader = brokers(cluster).leader("sluice");
            brokers(cluster).signal(leader, "STOP");
            last(random, 1_000, 8_000);
            brokers(cluster).signal(leader, "CONT");
        }
    },
    /// A node and the brokers do not reach each other; it reaches the other nodes.
    BROKERS_CUT_OFF(Order.IN_KAFKA) {
        @Override
        void inflict(ChaosCluster cluster, Random random, Publishes publishes) throws Exception {
            int node = random.nextInt(cluster.size());
            for (int i = 0; i < ChaosCluster.BROKERS; i++) cut(cluster, node, cluster.size() + i);
            last(random, 1_000, 8_000);
        }
    },
    /// Requests of a node to the brokers arrive, but no answers, so that the node learns the places of its
    /// publishes later.
    BROKERS_MUTE(Order.IN_KAFKA) {
        @Override
        void inflict(ChaosCluster cluster, Random random, Publishes publishes) throws Exception {
            int node = random.nextInt(cluster.size());
            for (int i = 0; i < ChaosCluster.BROKERS; i++) cluster.network().cut(cluster.size() + i, node);
            last(random, 1_000, 8_000);
        }
    },
    /// The broker that leads the topic reaches the other brokers, and no node.
    LEADING_BROKER_CUT_OFF(Order.IN_KAFKA) {
        @Override
        void inflict(ChaosCluster cluster, Random random, Publishes publishes) throws Exception {
            int leader = cluster.size() + brokers(cluster).leader("sluice");
            for (int i = 0; i < cluster.size(); i++) cut(cluster, i, leader);
            if (random.nextBoolean()) {
                for (int i = 0; i < cluster.size(); i++) cluster.network().reset(i, leader);
            }
            last(random, 1_000, 8_000);
        }
    },
    ALL_BROKERS_KILLED(Order.IN_KAFKA) {
        @Override
        void inflict(ChaosCluster cluster, Random random, Publishes publishes) throws Exception {
            for (int i = 0; i < ChaosCluster.BROKERS; i++) brokers(cluster).kill(i);
            last(random, 0, 8_000);
        }
    },
    EVERYTHING_KILLED(Order.IN_KAFKA) {
        @Override
        void inflict(ChaosCluster cluster, Random random, Publishes publishes) throws Exception {
            for (int i = 0; i < ChaosCluster.BROKERS; i++) brokers(cluster).kill(i);
            for (int i = 0; i < cluster.size(); i++) cluster.kill(i);
            brokers(cluster).startEnded(); // Nodes wait for them.
        }
    };

    /// The orders that have this fault.
    private enum Order {
        ANY,
        BY_RAFT,
        IN_KAFKA
    }

    private final Order order;

    Fault() {
        this(Order.ANY);
    }

    Fault(Order order) {
        this.order = order;
    }

    /// Returns true if it can happen to a cluster.
    ///
    /// @param isInKafka whether its order is in Kafka
    boolean canHappen(boolean isInKafka) {
        return switch (order) {
            case ANY -> true;
            case BY_RAFT -> !isInKafka;
            case IN_KAFKA -> isInKafka;
        };
    }

    private static Brokers brokers(ChaosCluster cluster) {
        return requireNonNull(cluster.brokers(), "the order is not in Kafka");
    }

    private static final int PROGRESS_SECONDS = 120;
    private static final int LARGE_EVENTS = 100;
    private static final String LARGE_EVENT = "x".repeat(100_000);

    abstract void inflict(ChaosCluster cluster, Random random, Publishes publishes) throws Exception;

    /// Ends all faults.
    ///
    /// @return the nodes that were started
    static int heal(ChaosCluster cluster) throws Exception {
        cluster.network().heal();
        cluster.tryFirstAtAny();
        cluster.freeDisk();
        Brokers brokers = cluster.brokers();
        if (brokers != null) brokers.startEnded();
        return cluster.restartEnded();
    }

    private static void stop(HubProcess node, Duration length) throws Exception {
        node.signal("STOP");
        LockSupport.parkNanos(length.toNanos());
        node.signal("CONT");
    }

    private static void last(Random random, int fromMs, int toMs) {
        LockSupport.parkNanos(random.nextInt(fromMs, toMs) * 1_000_000L);
    }

    private static int follower(ChaosCluster cluster, Random random) throws InterruptedException {
        return other(cluster, cluster.leader(), random);
    }

    private static int other(ChaosCluster cluster, int node, Random random) {
        return (node + 1 + random.nextInt(cluster.size() - 1)) % cluster.size();
    }

    private static void cut(ChaosCluster cluster, int one, int other) {
        cluster.network().cut(one, other);
        cluster.network().cut(other, one);
    }

    /// Cuts the newest segment off at any byte of its entries. Zeros that Raft has reserved follow them.
    private static void tear(Path folder, Random random) throws IOException {
        List<Path> segments;
        try (Stream<Path> files = Files.walk(folder.resolve("raft"))) {
            segments = files.filter(each -> each.getFileName().toString().startsWith("log_inprogress"))
                    .toList();
        }
        if (segments.size() != 1) throw new AssertionError("the newest segment is one of " + segments);
        byte[] content = Files.readAllBytes(segments.getFirst());
        int end = content.length;
        while (end > 1 && content[end - 1] == 0) end--;
        Files.write(segments.getFirst(), Arrays.copyOf(content, random.nextInt(end)));
    }
}
