package dev.sluice.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.NotPublishedException;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.log.UnknownOutcomeException;
import dev.sluice.core.model.RandomLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/// Random histories of a cluster of three nodes: publishes and other commands while nodes and proposals
/// meet with accidents.
public final class ReplicationHistory {
    private static final int STEPS = 600;

    private ReplicationHistory() {}

    /// Runs a number of histories, or only the one of the seed `sluice.seed`.
    ///
    /// @param starters a starter for each history
    public static void runAll(int histories, Supplier<SimulatedCluster.Starter> starters) {
        var placed = new LongAdder();
        runSeeds(histories, each -> placed.add(history(each, starters.get())));
        // Of a single history, all may be late: the clock jumps.
        assertThat(placed.sum()).as("publishes that were placed").isPositive();
    }

    static void runSeeds(int histories, LongConsumer history) {
        Long seed = Long.getLong("sluice.seed");
        Random seeds = new Random(Long.getLong("sluice.seeds", System.nanoTime()));
        for (int i = 0; i < (seed == null ? histories : 1); i++) {
            long each = seed == null ? seeds.nextLong() : seed;
            try {
                history.accept(each);
            } catch (RuntimeException | AssertionError failed) {
                throw new AssertionError("with -Dsluice.seed=" + each + ": " + failed.getMessage(), failed);
            }
        }
    }

    private static int history(long seed, SimulatedCluster.Starter starter) {
        Random random = new Random(seed);
        RandomLog draw = new RandomLog(random);
        boolean keepsAll = draw.oneIn(3);
        LogLimits limits = keepsAll ? LogLimits.builder().build() : limits(draw);
        RetentionRules rules = keepsAll ? new RetentionRules(List.of(), Retention.ALL) : SimulatedCluster.rules(draw);
        try (var cluster = new SimulatedCluster(random, 3, limits, rules, keepsAll, starter)) {
            return run(cluster, draw, keepsAll);
        }
    }

    /// Returns how many publishes were placed.
    private static int run(SimulatedCluster cluster, RandomLog draw, boolean keepsAll) {
        List<SimulatedCluster.Publish> publishes = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            if (draw.oneIn(4)) {
                SimulatedCluster.Publish publish = cluster.command(draw);
                if (publish != null) publishes.add(publish);
            }
            if (draw.oneIn(150)) cluster.kill();
            if (draw.oneIn(300)) cluster.copy();
            cluster.step();
        }
        cluster.settle();
        assertThat(cluster.nodes())
                .extracting(node -> node.log().progress())
                .as("progress of the nodes")
                .containsOnly(cluster.nodes().getFirst().log().progress());
        Map<Cursor, Publication> placed = placed(cluster, publishes);
        if (keepsAll) requireEachOnce(cluster.entries(), placed, publishes);
        return placed.size();
    }

    static LogLimits limits(RandomLog draw) {
        return LogLimits.builder()
                .entriesMax(draw.oneIn(2) ? 1_000 : 3 + draw.upTo(40))
                .bytesMax(draw.oneIn(2) ? 1 << 20 : 1_000 + draw.upTo(10_000))
                .channelsMax(draw.oneIn(2) ? 1_000 : 2 + draw.upTo(4))
                .marks(draw.upTo(3), Duration.ofMinutes(5))
                .keysMax(draw.oneIn(2) ? 1_000 : draw.upTo(4))
                .lookMax(draw.oneIn(2) ? 4_096 : 1 + draw.upTo(8))
                .build();
    }

    /// The publishes that were placed. Every publish has an outcome, no two the same id, and those of a process have
    /// ids in their order.
    private static Map<Cursor, Publication> placed(SimulatedCluster cluster, List<SimulatedCluster.Publish> publishes) {
        Map<Cursor, Publication> placed = new HashMap<>();
        Map<String, Cursor> newest = new HashMap<>();
        for (SimulatedCluster.Publish each : publishes) {
            CompletableFuture<AppendResult> outcome = each.outcome().toCompletableFuture();
            if (!outcome.isDone()) {
                assertThat(cluster.wasKilled(each.process()))
                        .as("end of the process of %s", each)
                        .isTrue();
            } else if (outcome.isCompletedExceptionally()) {
                assertThat(outcome.exceptionNow())
                        .isInstanceOfAny(
                                UnknownOutcomeException.class,
                                NotPublishedException.class,
                                IllegalStateException.class);
            } else if (outcome.resultNow() instanceof AppendResult.Placed taken) {
                Cursor id = taken.id();
                assertThat(placed.put(id, each.publication()))
                        .as("another publish with id %s", id)
                        .isNull();
                Cursor before = newest.put(each.process(), id);
                if (before != null)
                    assertThat(id).as("id after that of an earlier publish").isGreaterThan(before);
            }
        }
        return placed;
    }

    /// The log has what was acknowledged, at its id; what failed as not published is not in it; nothing is in it twice.
    private static void requireEachOnce(
            List<Entry> entries, Map<Cursor, Publication> placed, List<SimulatedCluster.Publish> publishes) {
        Map<Cursor, String> log = new HashMap<>();
        for (Entry entry : entries) {
            if (entry instanceof Event event) log.put(event.id(), text(event.content()));
        }
        assertThat(log.values()).as("data of the log").doesNotHaveDuplicates();
        placed.forEach((id, publication) -> {
            Content content = publication.draft().content();
            if (content != null) assertThat(log.get(id)).as("event %s", id).isEqualTo(text(content));
        });
        for (SimulatedCluster.Publish each : publishes) {
            CompletableFuture<AppendResult> outcome = each.outcome().toCompletableFuture();
            Content content = each.publication().draft().content();
            boolean isWithdrawn = outcome.isDone()
                    && outcome.isCompletedExceptionally()
                    && outcome.exceptionNow() instanceof NotPublishedException;
            if (isWithdrawn && content != null) assertThat(log.values()).doesNotContain(text(content));
        }
    }

    private static String text(Content content) {
        return new String(content.bytes(), StandardCharsets.UTF_8);
    }
}
