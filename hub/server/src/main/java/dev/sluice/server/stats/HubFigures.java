package dev.sluice.server.stats;

import java.util.Arrays;

/// The hub's traffic in the last second, and the history of some of its figures: the greatest in each step, the
/// oldest first; NaN if unknown. The contents are never modified.
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record HubFigures(
        Second now, float[] published, float[] delivered, float[] delay, float[] connections, float[] behind) {
    /// @param delayP50Ms 0 if nothing was delivered, likewise `delayP99Ms`
    public record Second(
            long published,
            long publishedBytes,
            long delivered,
            long deliveredBytes,
            double delayP50Ms,
            double delayP99Ms,
            long connections,
            long readers,
            long behind,
            long furthestEvents) {}

    /// Collects the figures. Used by one thread.
    static final class History {
        private static final long STEP_MS = 6_000;
        private static final int STEPS = 150;

        /// The spans of time that the page shows, in steps: the history of a young hub is drawn as wide as that
        /// of an old one.
        private static final int[] SPANS = {10, 30, 50, STEPS};

        private final float[][] rings = new float[5][STEPS];
        private long first = -1;
        private long last;

        /// Adds the figures of a second.
        HubFigures add(Second now, long nowMs) {
            long step = nowMs / STEP_MS;
            if (first < 0) {
                first = step;
                last = step - 1;
            }
            for (long each = Math.max(last + 1, step - STEPS + 1); each <= step; each++)
                for (float[] ring : rings) ring[at(each)] = Float.NaN;
            last = step;
            float[] values = {
                now.published,
                now.delivered,
                now.delayP99Ms == 0 ? Float.NaN : (float) now.delayP99Ms,
                now.connections,
                now.furthestEvents
            };
            for (int i = 0; i < values.length; i++) {
                float before = rings[i][at(step)];
                rings[i][at(step)] =
                        Float.isNaN(before) ? values[i] : Float.isNaN(values[i]) ? before : Math.max(before, values[i]);
            }
            float[][] shown = Arrays.stream(rings).map(this::inOrder).toArray(float[][]::new);
            return new HubFigures(now, shown[0], shown[1], shown[2], shown[3], shown[4]);
        }

        private static int at(long step) {
            return (int) (step % STEPS);
        }

        private float[] inOrder(float[] ring) {
            long age = last - first + 1;
            int span =
                    Arrays.stream(SPANS).filter(each -> age <= each).findFirst().orElse(STEPS);
            float[] values = new float[span];
            for (int i = 0; i < span; i++) {
                long step = last - span + 1 + i;
                values[i] = step < first ? Float.NaN : ring[at(step)];
            }
            return values;
        }
    }
}
