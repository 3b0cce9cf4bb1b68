package dev.sluice.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.core.lease.LeaseResult;
import dev.sluice.core.lease.Leases;
import dev.sluice.core.lease.Renewal;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Leases of thirty seconds on several nodes.
final class LeasesAcrossNodesTest {
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final ChannelName CHANNEL = new ChannelName("answer");

    @AutoClose
    private final PresenceCluster cluster = new PresenceCluster();

    private final List<Hub> hubs = new ArrayList<>();
    private final Hub a = new Hub(cluster.leader);
    private final Hub b = new Hub(cluster.add());
    private long nowMs;

    /// The leases of a node.
    private final class Hub {
        final PresenceCluster.Node node;
        final Leases leases;

        Hub(PresenceCluster.Node node) {
            this.node = node;
            leases = new Leases(node.log(), () -> nowMs, true);
            leases.open(1_000, (channel, failure) -> {
                throw failure;
            });
            hubs.add(this);
        }

        AppendResult.Batch publish() {
            Renewal renewal = leases.begin(CHANNEL, LEASE, null);
            Publication record = renewal.record();
            List<Publication> batch = new ArrayList<>(
                    List.of(new Publication(Draft.event(CHANNEL, "delta", Content.NONE), Conditions.NONE)));
            if (record != null) batch.add(record);
            return get(node.log().appendAll(batch).whenComplete((outcome, failure) -> {
                renewal.done(
                        outcome instanceof AppendResult.Batch.All all
                                ? all.each().getLast()
                                : null,
                        failure != null);
            }));
        }

        LeaseResult renew() {
            return get(leases.renew(CHANNEL, LEASE));
        }

        boolean hasEnded() {
            return node.log().channel(CHANNEL).end() != null;
        }
    }

    private <T> T get(CompletionStage<T> stage) {
        AtomicReference<T> result = new AtomicReference<>();
        stage.thenAccept(result::set);
        cluster.settle();
        assertThat(result.get()).isNotNull();
        return result.get();
    }

    private void advance(int seconds) {
        for (int i = 0; i < seconds; i++) {
            nowMs += 1_000;
            for (Hub each : hubs) {
                each.leases.maintain();
                each.leases.tick();
                cluster.settle();
            }
        }
    }

    private void assertThatAEndsItWithoutB() {
        hubs.remove(b);
        advance(42);
        assertThat(a.hasEnded()).isTrue();
    }

    @Test
    void theOwnerEndsALeaseThatNobodyRenews() {
        a.publish();
        advance(29);
        assertThat(b.hasEnded()).isFalse();
        advance(1);
        assertThat(a.hasEnded() && b.hasEnded()).isTrue();
        advance(2);
        assertThat(a.leases.count() + b.leases.count()).isZero();
    }

    @Test
    void anotherNodeEndsTheLeaseOfANodeThatIsGone() {
        b.publish();
        hubs.remove(b);
        advance(30);
        assertThat(a.hasEnded()).isFalse(); // The author may have renewed it there until the end.
        advance(12);
        assertThat(a.hasEnded()).isTrue();
    }

    @Test
    void renewalsInMemoryOfTheOwnerKeepTheOthersFromEndingIt() {
        a.publish();
        for (int i = 0; i < 20; i++) {
            advance(9);
            assertThat(a.renew()).isInstanceOf(LeaseResult.Renewed.class);
        }
        assertThat(b.hasEnded()).isFalse();
        advance(30);
        assertThat(b.hasEnded()).isTrue();
    }

    @Test
    void anAuthorMayRenewOnAnyNode() {
        a.publish();
        for (int i = 0; i < 10; i++) {
            advance(20);
            assertThat((i % 2 == 0 ? b : a).renew()).isInstanceOf(LeaseResult.Renewed.class);
        }
        advance(20);
        b.publish();
        advance(29);
        assertThat(a.hasEnded()).isFalse();
        advance(1);
        assertThat(a.hasEnded()).isTrue();
        assertThat(a.renew()).isInstanceOf(LeaseResult.Ended.class);
        assertThat(b.renew()).isInstanceOf(LeaseResult.Ended.class);
    }

    @Test
    void aLeaseThatIsGivenUpOnOneNodeIsOverOnAll() {
        a.publish();
        advance(2);
        get(b.leases.end(CHANNEL));
        advance(60);
        assertThat(a.hasEnded()).isFalse();
        assertThat(a.leases.count() + b.leases.count()).isZero();
        assertThat(a.renew()).isInstanceOf(LeaseResult.None.class);
    }

    @Test
    void aPublishWhoseOutcomeIsUnknownDoesNotMakeANodeTheOwnerOfALeaseTakenElsewhere() {
        a.leases.begin(CHANNEL, LEASE, null).done(null, true); // Its author repeats the publish at another node.
        b.publish();
        for (int i = 0; i < 10; i++) {
            advance(9);
            assertThat(b.renew()).isInstanceOf(LeaseResult.Renewed.class);
        }
        assertThat(a.hasEnded()).isFalse();
        assertThatAEndsItWithoutB();
    }

    @Test
    void aLeaseWithoutARecordLooksForThatOfAnotherNodeWhenItExpires() {
        a.leases.begin(CHANNEL, LEASE, null).done(null, true);
        b.publish();
        nowMs += 29_000;
        assertThat(b.renew()).isInstanceOf(LeaseResult.Renewed.class);
        nowMs += 1_000;
        a.leases.tick(); // Before it has taken over what others wrote.
        cluster.settle();
        assertThat(a.hasEnded()).isFalse();
        assertThatAEndsItWithoutB();
    }

    @Test
    void aNodeThatRefusesAPublishStillWatchesTheLeaseOfAnother() {
        Renewal refused = a.leases.begin(CHANNEL, LEASE, null);
        b.publish();
        advance(1);
        refused.done(null, false);
        assertThatAEndsItWithoutB();
    }
}
