package dev.sluice.core.delivery.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Principal;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.delivery.Rig;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Conditions.Newest;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/// The channels that callers created, by random publishes, batches, deletions and retention, against a model.
final class CreatedChannelsTest {
    private static final int STEPS = 3_000;
    private static final int CHANNELS_MAX = 12;
    private static final int SHARE = 5;
    private static final List<String> CALLERS = List.of("alice", "bob", "mallory");

    private final long seed = Long.getLong("sluice.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<Runnable> unacknowledged = new ArrayList<>();
    private boolean isHolding;

    /// Who created each channel that is kept.
    private final Map<ChannelName, String> creators = new HashMap<>();

    private final Rig rig = Rig.wrapping(
            HoldingLog::new,
            log -> log.retention(_ -> new Retention(Duration.ofSeconds(20), 2, Long.MAX_VALUE))
                    .limits(limits -> limits.channelsMax(CHANNELS_MAX)),
            HubSettings.DEFAULT,
            1);

    /// Appends at once, and acknowledges later if the test holds acknowledgements.
    private final class HoldingLog extends ForwardingLog {
        HoldingLog(Log log) {
            super(log);
        }

        @Override
        public CompletionStage<AppendResult> append(Publication publication) {
            return later(super.append(publication));
        }

        @Override
        public CompletionStage<AppendResult.Batch> appendAll(List<Publication> publications) {
            return later(super.appendAll(publications));
        }

        private <T> CompletionStage<T> later(CompletionStage<T> outcome) {
            if (!isHolding) return outcome;
            CompletableFuture<T> held = new CompletableFuture<>();
            unacknowledged.add(() -> held.complete(outcome.toCompletableFuture().join()));
            return held;
        }
    }

    private final class Policy implements ChannelPolicy {
        @Override
        public Optional<?> identify(Grant grant) {
            return grant.principal().isAnonymous()
                    ? Optional.empty()
                    : Optional.of(grant.principal().name());
        }

        @Override
        public boolean permits(Grant grant, long held, long free) {
            assertThat(held).as("-Dsluice.seed=%d", seed).isBetween(0L, (long) SHARE);
            assertThat(free).isNotNegative();
            return held < SHARE;
        }
    }

    private static Grant grant(String caller) {
        return Grant.of(new Principal(caller, ""), Permissions.ALL);
    }

    private Publication publication() {
        ChannelName channel = new ChannelName("c/" + random.nextInt(2 * CHANNELS_MAX));
        Newest newest = random.nextInt(5) == 0 ? new Newest.Is("e1.999999") : new Newest.Any();
        Draft draft =
                random.nextInt(10) == 0 ? Draft.end(channel) : Draft.event(channel, "message", Contents.text("x"));
        return new Publication(draft, new Conditions(null, newest));
    }

    private void publish(String caller) {
        if (random.nextBoolean()) {
            Publication one = publication();
            rig.hub.publish(grant(caller), one);
            created(caller, List.of(one));
        } else {
            List<Publication> batch = new ArrayList<>();
            for (int size = 1 + random.nextInt(4); size > 0; size--) batch.add(publication());
            rig.hub.publishAll(grant(caller), batch);
            created(caller, batch);
        }
    }

    private void created(String caller, List<Publication> publications) {
        for (Publication each : publications) {
            ChannelName channel = each.draft().channel();
            if (rig.log.keeps(channel)) creators.putIfAbsent(channel, caller);
        }
    }

    private void step() {
        switch (random.nextInt(8)) {
            case 0 -> rig.hub.delete(Grant.EVERYTHING, publication().draft().channel());
            case 1 -> {
                rig.pass(Duration.ofSeconds(random.nextInt(10)));
                rig.log.maintain();
            }
            default -> publish(CALLERS.get(random.nextInt(CALLERS.size())));
        }
        creators.keySet().removeIf(channel -> !rig.log.keeps(channel));
    }

    private long counted() {
        return CALLERS.stream()
                .mapToLong(caller -> rig.hub.created().of(caller))
                .sum();
    }

    @Test
    void countsForEachCallerTheKeptChannelsThatItCreated() {
        rig.hub.limitChannels(new Policy());
        for (int step = 0; step < STEPS; step++) {
            step();
            for (String caller : CALLERS) {
                long kept = creators.values().stream().filter(caller::equals).count();
                assertThat(rig.hub.created().of(caller))
                        .as("step %d, %s, -Dsluice.seed=%d", step, caller, seed)
                        .isEqualTo((int) kept);
            }
        }
        assertThat(rig.hub.metrics().outcomes()).as("-Dsluice.seed=%d", seed).anySatisfy((count, times) -> {
            assertThat(count.name()).isEqualTo("REFUSED_CHANNEL_SHARE");
            assertThat(times).isPositive();
        });
    }

    /// Publishes on their way to the same channel count once, whatever happens to it meanwhile.
    @Test
    void countsKeptChannelsOnceWhenOutcomesComeLate() {
        rig.hub.limitChannels(new Policy());
        isHolding = true;
        for (int step = 0; step < STEPS; step++) {
            step();
            if (random.nextInt(6) > 0) continue;
            while (!unacknowledged.isEmpty())
                unacknowledged.remove(random.nextInt(unacknowledged.size())).run();
            assertThat(counted()).as("step %d, -Dsluice.seed=%d", step, seed).isEqualTo(rig.log.channelsKept());
        }
    }
}
