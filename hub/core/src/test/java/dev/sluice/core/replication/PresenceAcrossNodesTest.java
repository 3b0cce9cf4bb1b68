package dev.sluice.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.TestClock;
import dev.sluice.core.log.TestLog;
import dev.sluice.core.presence.Members;
import dev.sluice.core.presence.Membership;
import dev.sluice.core.presence.PresenceChannel;
import dev.sluice.core.presence.PresenceSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The members of channels on several nodes, each of which lingers for ten seconds.
final class PresenceAcrossNodesTest {
    @AutoClose
    private final PresenceCluster cluster = new PresenceCluster();

    private final PresenceCluster.Node a = cluster.leader;

    @Test
    void aClientIsOneMemberUntilItsLastNodeReleasesIt() {
        PresenceCluster.Node b = cluster.add();
        Membership atA = a.join("chat", "alice");
        cluster.advanceSeconds(5);
        Membership atB = b.join("chat", "alice");
        cluster.advanceSeconds(5);
        atA.close();
        cluster.advanceSeconds(60);
        assertThat(a.written("chat")).containsExactly("+alice");
        assertThat(List.of(a.names("chat"), b.names("chat"))).containsOnly(List.of("alice"));
        atB.close();
        cluster.advanceSeconds(9);
        assertThat(a.names("chat")).containsExactly("alice");
        cluster.advanceSeconds(3);
        assertThat(a.written("chat")).isEqualTo(b.written("chat")).containsExactly("+alice", "-alice");
        assertThat(List.of(a.names("chat"), b.names("chat"))).containsOnly(List.of());
        assertThat(a.table().members()).isZero();
    }

    @Test
    void aStartingNodeTakesNoMembersOfOthersForItsOwn() {
        a.join("chat", "alice");
        Membership bobAtA = a.join("chat", "bob");
        cluster.advanceSeconds(2);
        PresenceCluster.Node b = cluster.add();
        b.join("chat", "bob");
        cluster.advanceSeconds(2);
        bobAtA.close();
        cluster.advanceSeconds(60);
        assertThat(List.of(a.names("chat"), b.names("chat"))).containsOnly(List.of("alice", "bob"));
        assertThat(a.written("chat")).containsExactly("+alice", "+bob");
    }

    @Test
    void aReaderOfTheListGetsEachLaterChangeOnceOnAnyNode() {
        PresenceCluster.Node b = cluster.add();
        a.join("chat", "alice");
        cluster.advanceSeconds(2);
        b.isAlone = true;
        a.join("chat", "bob");
        a.join("other", "bob");
        Members early = b.list("chat");
        assertThat(early.members()).hasSize(1);
        b.isAlone = false;
        cluster.advanceSeconds(2);
        a.join("chat", "carol");
        cluster.advanceSeconds(2);
        assertThat(b.written("chat", early.at())).containsExactly("+bob", "+carol");
        assertThat(b.list("chat")).isEqualTo(a.list("chat"));
        assertThat(b.list("chat").at()).as("a recent cursor").isEqualTo(b.log().head());
    }

    @Test
    void aListMatchesItsCursor() {
        PresenceCluster.Node b = cluster.add();
        a.join("chat", "alice");
        cluster.advanceSeconds(2);
        List<CompletionStage<Members>> lists = new ArrayList<>();
        b.onApplied = () -> {
            if (lists.isEmpty()) lists.add(CompletableFuture.completedStage(b.list("chat"))); // While it is applied.
        };
        a.join("chat", "bob");
        cluster.advanceSeconds(2);
        b.onApplied = () -> {
            if (lists.size() == 1) lists.add(b.later("chat")); // Applied, but presence does not know yet.
        };
        a.join("chat", "carol");
        cluster.advanceSeconds(2);
        b.onTask = () -> {
            b.onTask = () -> {};
            lists.add(CompletableFuture.completedStage(b.list("chat"))); // Presence knows before it is all done.
        };
        a.join("chat", "dave");
        assertList(b, lists.get(0), 1, "+bob", "+carol", "+dave");
        assertList(b, lists.get(1), 2, "+carol", "+dave");
        assertList(b, lists.get(2), 4);
    }

    private static void assertList(
            PresenceCluster.Node node, CompletionStage<Members> stage, int members, String... later) {
        Members list = TestLog.get(stage);
        assertThat(list.members()).hasSize(members);
        assertThat(node.written("chat", list.at())).containsExactly(later);
    }

    @Test
    void membersOfADeadNodeLeaveInSlicesAfterTheLingerUnlessTheyCameElsewhere() {
        PresenceCluster.Node b = cluster.add();
        PresenceCluster.Node c = cluster.add();
        for (int i = 0; i < 2_500; i++) b.join("chat/" + i % 3, "client " + i);
        cluster.advanceSeconds(2);
        assertThat(a.table().members()).isEqualTo(2_500);
        b.kill();
        a.join("chat/0", "client 0");
        cluster.lose(b);
        cluster.advanceSeconds(9);
        assertThat(a.table().members()).isEqualTo(2_500);
        cluster.leader = c; // The next leader goes on by what it finds.
        cluster.advanceSeconds(3);
        assertThat(a.table().members()).isOne();
        assertThat(a.names("chat/0")).containsExactly("client 0");
        assertThat(c.names("chat/1")).isEmpty();
        assertThat(a.written("chat/0")).doesNotContain("-client 0").contains("-client 3");
        assertThat(a.table()).hasToString(c.table().toString());
    }

    @Test
    void aNodeThatWasOnlySlowHoldsItsMembersAgainWithoutLeaves() {
        PresenceCluster.Node b = cluster.add();
        b.join("chat", "alice");
        b.isAlone = true;
        cluster.lose(b);
        cluster.advanceSeconds(5);
        b.isAlone = false;
        cluster.advanceSeconds(60);
        assertThat(b.names("chat")).containsExactly("alice");
        assertThat(a.written("chat")).containsExactly("+alice");
    }

    @Test
    void aNodeThatWasSlowForLongComesBackWithItsMembersAndWithoutThoseWhoLeft() {
        PresenceCluster.Node b = cluster.add();
        b.join("chat", "alice");
        Membership bob = b.join("chat", "bob");
        cluster.advanceSeconds(2);
        b.isAlone = true;
        cluster.lose(b);
        bob.close();
        b.join("chat", "carol"); // Proposed under a lease that has ended: refused on all nodes.
        cluster.advanceSeconds(60);
        assertThat(a.names("chat")).isEmpty();
        b.isAlone = false;
        cluster.advanceSeconds(5);
        assertThat(a.names("chat")).containsExactlyInAnyOrder("alice", "carol");
        assertThat(a.written("chat"))
                .startsWith("+alice", "+bob", "-alice", "-bob")
                .hasSize(6);
    }

    @Test
    void aHoldThatIsPlacedAfterItsDeadlineLeavesNoMember() {
        PresenceCluster.Node b = cluster.add();
        b.isAlone = true;
        Membership bob = b.join("chat", "bob");
        bob.close();
        cluster.advanceSeconds(30);
        b.arriveLate();
        b.isAlone = false;
        cluster.advanceSeconds(30);
        assertThat(a.written("chat")).containsExactly("+bob", "-bob");
        assertThat(a.table().members()).isZero();
    }

    @Test
    void hidesAMemberThatJoinedAndLeftWhileItsNodeWasCutOff() {
        PresenceCluster.Node b = cluster.add();
        b.isAlone = true;
        Membership bob = b.join("chat", "bob");
        bob.close();
        cluster.advanceSeconds(30);
        b.isAlone = false; // Repeats its proposals, without the hold that presence has given up.
        cluster.advanceSeconds(30);
        assertThat(a.written("chat")).isEmpty();
        assertThat(a.table().members()).isZero();
    }

    @Test
    void aRestartedNodeReleasesThoseWhoDoNotComeBackToIt() {
        PresenceCluster.Node b = cluster.add();
        b.join("chat", "alice");
        b.join("chat", "bob");
        cluster.advanceSeconds(2);
        b.join("chat", "carol");
        a.join("chat", "carol");
        cluster.advanceSeconds(2);
        b.restart();
        b.join("chat", "bob");
        cluster.advanceSeconds(9);
        assertThat(a.names("chat")).containsExactly("alice", "bob", "carol");
        cluster.advanceSeconds(3);
        assertThat(a.names("chat")).containsExactly("bob", "carol");
        assertThat(a.written("chat")).containsExactly("+alice", "+bob", "+carol", "-alice");
    }

    @Test
    void membersOfAnEarlierProcessLingerWhileTheNextOneCatchesUp() {
        PresenceCluster.Node b = cluster.add();
        b.join("chat", "alice");
        b.join("chat", "bob");
        cluster.advanceSeconds(2);
        b.restartBehind();
        a.join("chat", "bob");
        cluster.advanceSeconds(9);
        assertThat(a.names("chat")).containsExactly("alice", "bob");
        cluster.advanceSeconds(3);
        assertThat(a.names("chat")).containsExactly("bob");
        b.join("chat", "carol");
        b.behindAt = Integer.MAX_VALUE;
        cluster.advanceSeconds(3);
        assertThat(List.of(a.names("chat"), b.names("chat"))).containsOnly(List.of("bob", "carol"));
        assertThat(a.written("chat")).containsExactly("+alice", "+bob", "-alice", "+carol");
    }

    /// As above, and it does not even have all that the earlier process did: its folder is from before.
    @Test
    void membersOfAnEarlierProcessLingerThoughTheNextOneLearnsLateOfItsLease() {
        PresenceCluster.Node b = cluster.add();
        int before = cluster.placed();
        b.restart();
        int leased = cluster.placed();
        b.join("chat", "alice");
        cluster.advanceSeconds(2);
        b.kill();
        b.behindAt = before;
        b.start();
        cluster.advanceSeconds(5);
        b.behindAt = leased;
        cluster.advanceSeconds(12);
        assertThat(a.names("chat")).isEmpty();
        b.behindAt = Integer.MAX_VALUE;
        b.join("chat", "bob");
        cluster.advanceSeconds(3);
        assertThat(List.of(a.names("chat"), b.names("chat"))).containsOnly(List.of("bob"));
    }

    @Test
    void membersOfTheSingleServerBeforeTheClusterLinger() {
        ChannelName shadow = new ChannelName("$presence/chat");
        try (PresenceCluster grown = new PresenceCluster(before -> {
            for (String each : List.of("alice", "bob", "carol"))
                before.append(PresenceChannel.change(shadow, each, true), TestClock.BEGIN_MS);
            before.append(PresenceChannel.change(shadow, "carol", false), TestClock.BEGIN_MS);
        })) {
            PresenceCluster.Node b = grown.add();
            b.join("chat", "alice");
            assertThat(b.names("chat")).containsExactly("alice", "bob");
            grown.advanceSeconds(9);
            assertThat(b.names("chat")).containsExactly("alice", "bob");
            grown.advanceSeconds(3);
            assertThat(b.names("chat")).containsExactly("alice");
            assertThat(b.written("chat")).containsExactly("+alice", "+bob", "+carol", "-carol", "-bob");
        }
    }

    @Test
    void takesNoMoreMembersOnAllNodesThanTheMaximum() {
        cluster.settings = new PresenceSettings(Duration.ofSeconds(1), 2);
        PresenceCluster.Node b = cluster.add();
        PresenceCluster.Node c = cluster.add();
        Membership alice = b.join("chat", "alice");
        b.join("chat", "bob");
        cluster.advanceSeconds(2);
        assertThat(List.of(b.isFull(), c.isFull())).containsOnly(true);
        c.join("chat", "bob");
        c.join("chat", "carol");
        cluster.advanceSeconds(5);
        assertThat(a.names("chat")).containsExactly("alice", "bob");
        assertThat(cluster.failures).containsExactly("chat: there are 2 members, the maximum (presence_members_max)");
        alice.close();
        cluster.advanceSeconds(5);
        assertThat(a.names("chat")).containsExactly("bob", "carol");
        assertThat(cluster.failures).last().isEqualTo("recovered");
    }

    @Test
    void showsThoseConnectedToRunningNodesWhateverHappensToNodes() {
        PresenceHistory.runAll(12, () -> SimulatedCluster::inMemory);
    }

    @Test
    @Tag("long")
    void showsThoseConnectedToRunningNodesInManyHistories() {
        PresenceHistory.runAll(3_000, () -> SimulatedCluster::inMemory);
    }
}
