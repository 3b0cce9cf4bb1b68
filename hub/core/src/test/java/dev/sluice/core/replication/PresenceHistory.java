package dev.sluice.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.log.TestLog;
import dev.sluice.core.model.RandomLog;
import dev.sluice.core.presence.MemberKey;
import dev.sluice.core.presence.Members;
import dev.sluice.core.presence.Membership;
import dev.sluice.core.presence.Presence;
import dev.sluice.core.presence.PresenceListener;
import dev.sluice.core.presence.PresenceSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/// Random histories of presence on three nodes: clients connect to one node, another or both, while nodes are killed,
/// stay away, or are taken for gone though they are not.
///
/// The cluster compares all nodes at each index. The model is as simple as presence looks to a reader: a set of
/// members, to which each event of a shadow adds one that is not there, or removes one that is. Once all is quiet, it
/// is the set of those connected to nodes that run.
public final class PresenceHistory {
    private static final int STEPS = 500;

    /// Rounds of a second and a half, in which each node is the leader for a while.
    private static final int QUIET_ROUNDS = 150;

    private static final List<String> CHANNELS = List.of("chat", "room/1", "room/2");
    private static final List<String> CLIENTS = List.of("alice", "bob", "carol", "dave", "eve");

    private final RandomLog draw;
    private final SimulatedCluster cluster;
    private final boolean keepsAll;

    /// The presence of each node, in its latest process.
    private final Map<Long, Server> servers = new TreeMap<>();

    private PresenceHistory(long seed, SimulatedCluster.Starter starter) {
        Random random = new Random(seed);
        draw = new RandomLog(random);
        keepsAll = !draw.oneIn(3);
        LogLimits limits = keepsAll ? LogLimits.builder().build() : ReplicationHistory.limits(draw);
        RetentionRules rules = new RetentionRules(List.of(), Retention.ALL);
        int membersMax = keepsAll ? 1_000 : 1 + draw.upTo(8);
        cluster = new SimulatedCluster(random, 3, limits, rules, true, new WithPresence(starter, membersMax));
    }

    /// Opens the presence of each process.
    private final class WithPresence implements SimulatedCluster.Starter {
        private final SimulatedCluster.Starter starter;
        private final int membersMax;

        WithPresence(SimulatedCluster.Starter starter, int membersMax) {
            this.starter = starter;
            this.membersMax = membersMax;
        }

        @Override
        public SimulatedCluster.Process start(
                ReplicatedLog.Identity identity,
                Order order,
                LogLimits limits,
                RetentionRules rules,
                InstantSource clock) {
            SimulatedCluster.Process process = starter.start(identity, order, limits, rules, clock);
            servers.put(identity.node(), new Server(process, membersMax, clock));
            return process;
        }

        @Override
        public void copy(SimulatedCluster.Process from, long to) {
            starter.copy(from, to);
        }
    }

    /// Runs a number of histories, or only the one of the seed `sluice.seed`.
    ///
    /// @param starters a starter for each history
    public static void runAll(int histories, Supplier<SimulatedCluster.Starter> starters) {
        ReplicationHistory.runSeeds(histories, seed -> {
            PresenceHistory history = new PresenceHistory(seed, starters.get());
            try (history.cluster) {
                history.run();
            }
        });
    }

    /// One process of a node.
    private static final class Server {
        private final SimulatedCluster.Process process;
        private final Deque<Runnable> owner = new ArrayDeque<>();
        private final Presence presence;
        private final List<Connection> connections = new ArrayList<>();

        private record Connection(MemberKey member, Membership membership) {}

        Server(SimulatedCluster.Process process, int membersMax, InstantSource clock) {
            this.process = process;
            PresenceSettings settings = new PresenceSettings(Duration.ofSeconds(2), membersMax);
            presence = Presence.open(process.log(), settings, owner::add, clock::millis, new Ignored());
        }

        void join(MemberKey member) {
            connections.add(new Connection(member, presence.join(member.channel(), member.client())));
        }

        void leave(Connection connection) {
            connections.remove(connection);
            connection.membership().close();
        }

        void runOwner() {
            for (Runnable next = owner.poll(); next != null; next = owner.poll()) next.run();
        }

        Members list(String channel) {
            var list = presence.members(Grant.EVERYTHING, new ChannelName(channel));
            runOwner();
            return TestLog.get(list);
        }

        /// The members of a channel according to the node's copy of the holds.
        Set<String> held(String channel) {
            Set<String> held = new HashSet<>();
            for (HeldMember each : process.log().table().list()) {
                if (each.key().channel().value().equals(channel))
                    held.add(each.key().client());
            }
            return held;
        }
    }

    private static final class Ignored implements PresenceListener {
        @Override
        public void onWritesFailing(ChannelName channel, String reason) {}

        @Override
        public void onWritesRecovered() {}

        @Override
        public void onUnreadable(ChannelName channel, Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    private void run() {
        for (int i = 0; i < STEPS; i++) {
            if (draw.oneIn(3)) connect(draw.one(running()));
            if (draw.oneIn(12)) cluster.command(draw);
            if (draw.oneIn(100)) cluster.kill();
            if (draw.oneIn(200)) cluster.copy();
            if (draw.oneIn(80)) cluster.stopOrStart();
            if (draw.oneIn(25)) draw.one(running()).process.log().nodeLost(draw.upTo(2));
            if (keepsAll && draw.oneIn(10)) requireListAndEvents(draw.one(running()), draw.one(CHANNELS));
            Server each = draw.one(running());
            each.runOwner();
            if (draw.oneIn(3)) each.presence.tick();
            cluster.step();
        }
        for (int i = 0; i < QUIET_ROUNDS; i++) {
            for (Server each : running()) {
                for (long node : servers.keySet())
                    if (!cluster.isRunning(node)) each.process.log().nodeLost(node);
                each.runOwner();
                each.presence.tick();
            }
            cluster.round();
        }
        cluster.settle();
        requireEnd();
    }

    private List<Server> running() {
        List<Server> running = new ArrayList<>();
        servers.forEach((node, server) -> {
            if (cluster.isRunning(node)) running.add(server);
        });
        return running;
    }

    private void connect(Server server) {
        if (!server.connections.isEmpty() && draw.oneIn(2)) server.leave(draw.one(server.connections));
        else server.join(new MemberKey(new ChannelName(draw.one(CHANNELS)), draw.one(CLIENTS)));
    }

    /// A list, and each later event once, lead to what the node has now.
    private static void requireListAndEvents(Server server, String channel) {
        Members list = server.list(channel);
        Set<String> members = new HashSet<>();
        for (Members.Member each : list.members()) members.add(each.client());
        follow(SimulatedCluster.entries(server.process, list.at().position()), Map.of(channel, members));
        assertThat(members).as("members of %s", channel).isEqualTo(server.held(channel));
    }

    /// Applies the events of shadows to the members of channels.
    private static void follow(List<Entry> entries, Map<String, Set<String>> channels) {
        for (Entry entry : entries) {
            String shadow = entry.channel().value();
            Set<String> members =
                    shadow.startsWith("$presence/") ? channels.get(shadow.substring("$presence/".length())) : null;
            if (members == null || !(entry instanceof Event event)) continue;
            boolean isChange = event.isKeyEnd() ? members.remove(event.key()) : members.add(event.key());
            assertThat(isChange).as("%s changes %s", event, members).isTrue();
        }
    }

    private void requireEnd() {
        List<Server> running = running();
        assertThat(running)
                .extracting(server -> server.process.log().progress())
                .as("progress of the nodes")
                .containsOnly(running.getFirst().process.log().progress());
        Map<String, Set<String>> connected = new HashMap<>();
        Map<String, Set<String>> visible = new HashMap<>();
        for (String channel : CHANNELS) {
            connected.put(channel, new HashSet<>());
            visible.put(channel, new HashSet<>());
        }
        for (Server server : running) {
            for (Server.Connection each : server.connections) {
                connected.get(each.member().channel().value()).add(each.member().client());
            }
        }
        for (String channel : CHANNELS) {
            for (Server server : running) {
                assertThat(server.list(channel).members())
                        .as("list of %s", channel)
                        .extracting(Members.Member::client)
                        .containsExactlyInAnyOrderElementsOf(server.held(channel));
                if (keepsAll) assertThat(server.held(channel)).isEqualTo(connected.get(channel));
            }
        }
        if (!keepsAll) return; // Members beyond a limit are not held, and events that are dropped can't be counted.
        follow(SimulatedCluster.entries(running.getFirst().process, 0), visible);
        assertThat(visible).isEqualTo(connected);
    }
}
