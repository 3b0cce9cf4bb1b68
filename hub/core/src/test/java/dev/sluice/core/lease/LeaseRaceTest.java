package dev.sluice.core.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.delivery.FakeLoop;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.ChannelScan;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Publication;
import dev.sluice.core.memory.MemoryLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A lease expires while its channel is closed, stopped, renewed and deleted, a thousand times each.
final class LeaseRaceTest {
    private static final int RACES = 1_000;
    private static final Duration LEASE = Duration.ofSeconds(10);

    private final AtomicLong nowMs = new AtomicLong();
    private final MemoryLog log = MemoryLog.builder(InstantSource.system()).open();
    private final Hub hub = new Hub(
            log,
            HubSettings.DEFAULT,
            List.of(new FakeLoop()),
            nowMs::get,
            InstantSource.system(),
            new Random(1),
            _ -> {});
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /// The ends that were acknowledged, by channel.
    private final ConcurrentHashMap<ChannelName, Integer> closed = new ConcurrentHashMap<>();

    LeaseRaceTest() {
        hub.leases().open(1_000_000, (channel, failure) -> {
            throw failure;
        });
    }

    @AfterEach
    void close() {
        threads.close();
        hub.close();
        log.close();
    }

    private static ChannelName channel(int race) {
        return new ChannelName("answers/" + race);
    }

    private static Content json(String json) {
        return new Content(ContentKind.JSON, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    private AppendResult publish(ChannelName channel, String type, boolean ends) {
        Draft draft = new Draft(channel, type, EventFields.NONE, json("{}"), false, ends);
        return hub.publish(Grant.EVERYTHING, new Publication(draft, Conditions.NONE))
                .toCompletableFuture()
                .join();
    }

    private AppendResult leased(ChannelName channel, String type) {
        return leased(channel, type, null);
    }

    private AppendResult leased(ChannelName channel, String type, @Nullable Object caller) {
        Draft draft = Draft.event(channel, type, json("{}"));
        return hub.publish(Grant.EVERYTHING, new Publication(draft, Conditions.NONE), LEASE, caller, null)
                .toCompletableFuture()
                .join();
    }

    private boolean end(ChannelName channel) {
        boolean isFirst = publish(channel, "end", true) instanceof AppendResult.Placed;
        if (isFirst) closed.merge(channel, 1, Integer::sum);
        return isFirst;
    }

    private List<String> types(ChannelName channel) {
        List<String> types = new ArrayList<>();
        ChannelScan.read(log, channel, Filter.NONE, event -> types.add(event.type()));
        return types;
    }

    /// Runs all at the same moment, each on a thread of its own.
    @SafeVarargs
    private <T> List<T> race(Callable<T>... all) throws Exception {
        CyclicBarrier start = new CyclicBarrier(all.length);
        List<Future<T>> running = new ArrayList<>();
        for (Callable<T> each : all) {
            running.add(threads.submit(() -> {
                start.await(60, TimeUnit.SECONDS);
                return each.call();
            }));
        }
        List<T> results = new ArrayList<>();
        for (Future<T> each : running) results.add(each.get(60, TimeUnit.SECONDS));
        return results;
    }

    private boolean tick() {
        hub.leases().tick();
        return false;
    }

    private void expire() {
        nowMs.addAndGet(LEASE.toMillis());
    }

    @Test
    void oneEndIsAcceptedOfWillCloseStopAndFailure() throws Exception {
        for (int i = 0; i < RACES; i++) {
            ChannelName channel = channel(i);
            leased(channel, "delta");
            expire();
            List<Boolean> ended = race(this::tick, () -> end(channel), () -> end(channel), () -> end(channel));
            assertThat(types(channel)).containsExactly("delta", "end");
            assertThat(ended.stream().filter(each -> each).count()).isLessThanOrEqualTo(1);
            assertThat(publish(channel, "delta", false)).isInstanceOf(AppendResult.Ended.class);
        }
        assertThat(closed.size()).isBetween(1, RACES);
        assertThat(hub.leases().count()).isZero();
        assertThat(log.reserved(null, 10)).isEmpty();
    }

    @Test
    void noWillFollowsARenewalThatWasAcknowledged() throws Exception {
        int renewals = 0;
        for (int i = 0; i < RACES; i++) {
            ChannelName channel = channel(i);
            leased(channel, "delta");
            expire();
            boolean byPublish = i % 2 == 0;
            List<Boolean> renewed = race(
                    this::tick,
                    () -> byPublish
                            ? leased(channel, "delta") instanceof AppendResult.Placed
                            : hub.renew(Grant.EVERYTHING, channel, LEASE)
                                            .toCompletableFuture()
                                            .join()
                                    instanceof LeaseResult.Renewed);
            tick();
            if (renewed.contains(true)) {
                renewals++;
                assertThat(types(channel)).doesNotContain("end");
                nowMs.addAndGet(LEASE.toMillis() - 1);
                tick();
                assertThat(types(channel)).doesNotContain("end");
                nowMs.addAndGet(1);
                tick();
            }
            assertThat(types(channel)).endsWith("end").containsOnlyOnce("end");
        }
        assertThat(renewals).isPositive();
        assertThat(hub.leases().count()).isZero();
    }

    @Test
    void noWillFollowsADeletion() throws Exception {
        for (int i = 0; i < RACES; i++) {
            ChannelName channel = channel(i);
            leased(channel, "delta");
            expire();
            race(
                    this::tick,
                    () -> hub.delete(Grant.EVERYTHING, channel)
                            .toCompletableFuture()
                            .join());
            tick();
            assertThat(types(channel)).isEmpty();
            assertThat(publish(channel, "delta", false)).isInstanceOf(AppendResult.Placed.class);
        }
        assertThat(hub.leases().count()).isZero();
        assertThat(log.reserved(null, 10)).isEmpty();
    }

    @Test
    void countsEachLeaseForTheCallerThatBeganItUntilItEnds() {
        for (Object caller : new Object[] {"ada", "bob"}) leased(channel(1), "delta", caller);
        assertThat(hub.leases().heldBy("ada")).isEqualTo(1);
        assertThat(hub.leases().heldBy("bob")).isZero();
        end(channel(1));
        assertThat(hub.leases().heldBy("ada")).isZero();
    }

    @Test
    void countsNoLeaseThatEndedWhileAnotherBegan() throws Exception {
        Leases leases = hub.leases();
        Callable<Boolean> refused = () -> {
            for (int i = 0; i < 100 * RACES; i++)
                leases.begin(channel(1), LEASE, "ada").done(null, false);
            return true;
        };
        race(refused, refused);
        assertThat(leases.count()).isZero();
        assertThat(leases.heldBy("ada")).isZero();
    }
}
