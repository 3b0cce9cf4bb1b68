package dev.sluice.load;

import java.util.ArrayList;
import java.util.List;

/// The readers to open, distributed over the loops, and the number of readers of each channel.
@SuppressWarnings("ArrayRecordComponent") // Created once, never compared.
record ReaderShares(List<List<ReaderLoop.Opening>> shares, int[] readersOf) {
    static ReaderShares of(Plan plan, Paths paths) {
        var shares = new ArrayList<List<ReaderLoop.Opening>>();
        for (int i = 0; i < plan.loops(); i++) shares.add(new ArrayList<>());
        var readersOf = new int[plan.channels()];
        int subsets = plan.everySubset() ? (1 << plan.channels()) - 1 : 0;
        for (int i = 0; i < plan.connections() + plan.stalled(); i++) {
            boolean isStalled = i >= plan.connections();
            int channel = i % plan.channels();
            int subset = plan.everySubset() ? i % subsets + 1 : 0;
            shares.get(i % plan.loops())
                    .add(new ReaderLoop.Opening(channel, subset, paths.subscribe(channel, subset), isStalled));
            if (!isStalled) count(readersOf, channel, subset);
        }
        return new ReaderShares(shares, readersOf);
    }

    private static void count(int[] readersOf, int channel, int subset) {
        if (subset == 0) readersOf[channel]++;
        for (int c = 0; c < readersOf.length && subset != 0; c++) readersOf[c] += subset >> c & 1;
    }

    /// Converts the limit of messages in flight to deliveries.
    long pendingMax(Plan plan) {
        if (plan.connections() == 0) return plan.inFlight();
        long sum = 0;
        for (int each : readersOf) sum += each;
        return Math.max(1, plan.inFlight() * sum / plan.channels());
    }
}
