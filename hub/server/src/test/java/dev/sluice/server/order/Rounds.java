package dev.sluice.server.order;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.function.IntPredicate;

/// Rounds of a property test, each with its own seed. The failure of a round names its seed and the last steps;
/// `-Dsluice.seed=…` runs that one round alone. `-Dsluice.seeds=…` is the seed that the seeds of all rounds are
/// drawn from, as `./check` prints at its end.
final class Rounds {
    private static final int STEPS_MAX = 60;
    private static final Duration TIME = Duration.ofSeconds(5);

    private Rounds() {}

    /// One round, with its source of randomness and a trace of its steps.
    interface Round {
        void play(Random random, Trace trace) throws Exception;
    }

    /// The last steps of a round. May be used from any thread.
    static final class Trace {
        private final Deque<String> steps = new ArrayDeque<>();

        synchronized void add(String what) {
            steps.add(what);
            if (steps.size() > STEPS_MAX) steps.remove();
        }

        @Override
        public synchronized String toString() {
            return String.join("\n  ", steps);
        }
    }

    /// Plays at least one round, and as many as fit into [#TIME]. Runs differ in their seeds, so that together they
    /// cover more than a fixed number of rounds would.
    static void playForSomeTime(Round round) {
        long endNs = System.nanoTime() + TIME.toNanos();
        play(played -> played == 0 || System.nanoTime() < endNs, round);
    }

    static void play(int count, Round round) {
        play(played -> played < count, round);
    }

    private static void play(IntPredicate goesOn, Round round) {
        String given = System.getProperty("sluice.seed");
        if (given != null) {
            play(Long.parseLong(given), round);
            return;
        }
        Random seeds = new Random(Long.getLong("sluice.seeds", System.nanoTime()));
        for (int played = 0; goesOn.test(played); played++) play(seeds.nextLong() >>> 16, round);
    }

    private static void play(long seed, Round round) {
        Trace trace = new Trace();
        try {
            round.play(new Random(seed), trace);
        } catch (Exception | AssertionError failed) {
            throw new AssertionError(
                    failed.getMessage() + "\nRun it again with -Dsluice.seed=" + seed + "\n  " + trace, failed);
        }
    }
}
