package dev.sluice.server.order;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;

/// Rounds of a property test, each with a seed of its own. The failure of a round names its seed and tells
/// what happened last; `-Dsluice.seed=…` plays that one round alone. `-Dsluice.seeds=…` is what the seeds of
/// all rounds are drawn from, as `./check` says at its end.
final class Rounds {
    private static final int TOLD_MAX = 60;

    private Rounds() {}

    /// One round, with all its dice and a place to write down what happens.
    interface Round {
        void play(Random random, Story story) throws Exception;
    }

    /// What happened, the last of it. May be used from any thread.
    static final class Story {
        private final Deque<String> told = new ArrayDeque<>();

        synchronized void tell(String what) {
            told.add(what);
            if (told.size() > TOLD_MAX) told.remove();
        }

        @Override
        public synchronized String toString() {
            return String.join("\n  ", told);
        }
    }

    static void play(int count, Round round) {
        String given = System.getProperty("sluice.seed");
        if (given != null) {
            play(Long.parseLong(given), round);
            return;
        }
        Random seeds = new Random(Long.getLong("sluice.seeds", System.nanoTime()));
        for (int i = 0; i < count; i++) play(seeds.nextLong() >>> 16, round);
    }

    private static void play(long seed, Round round) {
        Story story = new Story();
        try {
            round.play(new Random(seed), story);
        } catch (Exception | AssertionError failed) {
            throw new AssertionError(
                    failed.getMessage() + "\nPlay it again with -Dsluice.seed=" + seed + "\n  " + story, failed);
        }
    }
}
