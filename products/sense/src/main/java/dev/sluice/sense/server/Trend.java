package dev.sluice.sense.server;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The means of a server's figures for each minute of a day. Called by one thread at a time.
final class Trend {
    static final int MINUTES_MAX = 24 * 60;
    private static final int COLUMNS_MAX = 48;
    private static final String DISK = "disk:";

    /// The minimum number of minutes that a forecast needs, among those of the last six hours.
    private static final int FORECAST_MIN = 30;

    private static final int FORECAST_MAX = 6 * 60;

    /// If a clock is set back by more minutes than this, it was wrong before; by fewer, it is only adjusted.
    private static final int CORRECTION_MAX = 2;

    /// The means of a minute.
    ///
    /// @param minute minutes since 1970
    /// @param values by column; NaN or beyond the end if not measured
    @SuppressWarnings("ArrayRecordComponent") // Changed only here.
    record Minute(long minute, float[] values) {
        double value(int column) {
            return column < values.length ? values[column] : Double.NaN;
        }
    }

    private final List<String> columns = new ArrayList<>();
    private final ArrayDeque<Minute> minutes = new ArrayDeque<>();
    private final double[] sums = new double[COLUMNS_MAX];
    private final int[] counts = new int[COLUMNS_MAX];
    private long current = -1;

    void add(ServerSample sample) {
        long minute = sample.at().getEpochSecond() / 60;
        if (minute > current && current >= 0) end();
        if (minute < current - CORRECTION_MAX) forgetFrom(minute);
        if (minute < current) return; // Minutes only grow.
        current = minute;
        sample.metrics().forEach((metric, value) -> count(metric.word(), value));
        count("in", sample.rates().in());
        count("out", sample.rates().out());
        sample.disks().forEach((mount, value) -> count(DISK + mount, value));
    }

    /// Forgets the minutes that were recorded while the clock was ahead. Otherwise no minute would be added
    /// until that time.
    private void forgetFrom(long minute) {
        while (!minutes.isEmpty() && minutes.getLast().minute >= minute) minutes.removeLast();
        Arrays.fill(sums, 0);
        Arrays.fill(counts, 0);
        current = minute;
    }

    private void count(String name, double value) {
        int column = column(name);
        if (column < 0) return;
        sums[column] += value;
        counts[column]++;
    }

    /// Returns the index of a column. If there are too many, it takes the place of the one that was measured
    /// least recently, such as that of a disk that was removed; -1 if all were measured in this minute.
    private int column(String name) {
        int known = columns.indexOf(name);
        if (known >= 0) return known;
        if (columns.size() < COLUMNS_MAX) {
            columns.add(name);
            return columns.size() - 1;
        }
        int freed = IntStream.range(0, COLUMNS_MAX)
                .filter(column -> counts[column] == 0)
                .boxed()
                .min(Comparator.comparingLong(this::newest))
                .orElse(-1);
        if (freed < 0) return -1;
        columns.set(freed, name);
        for (Minute minute : minutes) if (freed < minute.values.length) minute.values[freed] = Float.NaN;
        return freed;
    }

    /// Returns the newest minute that has a value of a column; -1 if all lack it.
    private long newest(int column) {
        for (Iterator<Minute> newest = minutes.descendingIterator(); newest.hasNext(); ) {
            Minute minute = newest.next();
            if (!Double.isNaN(minute.value(column))) return minute.minute;
        }
        return -1;
    }

    private void end() {
        float[] means = new float[columns.size()];
        for (int i = 0; i < means.length; i++) {
            means[i] = counts[i] > 0 ? (float) (sums[i] / counts[i]) : Float.NaN;
            sums[i] = 0;
            counts[i] = 0;
        }
        append(current, means);
    }

    private void append(long minute, float[] values) {
        if (!minutes.isEmpty() && minutes.getLast().minute >= minute) return;
        minutes.addLast(new Minute(minute, values));
        if (minutes.size() > MINUTES_MAX) minutes.removeFirst();
        current = Math.max(current, minute);
    }

    /// Adds the means of a minute, which must be later than all added before.
    void restore(long minute, Map<String, Object> means) {
        current = minute;
        means.forEach((name, value) -> {
            if (value instanceof Number number) count(name, number.doubleValue());
        });
        end();
    }

    /// Returns the means of a minute by column, rounded to one decimal place.
    Map<String, Object> means(Minute minute) {
        Map<String, Object> means = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++)
            if (!Double.isNaN(minute.value(i))) means.put(columns.get(i), Math.round(10 * minute.value(i)) / 10.0);
        return means;
    }

    /// Returns the minutes after the given one, the oldest first.
    List<Minute> after(long minute, int max) {
        if (minutes.isEmpty() || minutes.getLast().minute <= minute) return List.of();
        return minutes.stream().filter(each -> each.minute > minute).limit(max).toList();
    }

    /// Returns the minute of the newest sample, in minutes since 1970; -1 if there is none.
    long current() {
        return current;
    }

    List<String> columns() {
        return List.copyOf(columns);
    }

    List<Minute> minutes() {
        return List.copyOf(minutes);
    }

    /// Returns the beginning of the uninterrupted minutes that exceed a limit up to the given time; null if
    /// the newest minute does not exceed it.
    @Nullable
    Instant breachedSince(Threshold.Limit limit, String name, Instant until) {
        boolean isOfOne = limit.metric() != Metric.DISK && !limit.name().isEmpty(); // The mean covers all of them.
        int column = isOfOne
                ? -1
                : columns.indexOf(
                        limit.metric() == Metric.DISK
                                ? DISK + name
                                : limit.metric().word());
        long next = until.getEpochSecond() / 60;
        Long since = null;
        for (Iterator<Minute> newest = minutes.descendingIterator(); newest.hasNext() && column >= 0; ) {
            Minute minute = newest.next();
            if (next - minute.minute > 2 || !limit.isBreachedBy(minute.value(column))) break;
            next = minute.minute;
            since = minute.minute;
        }
        return since == null ? null : Instant.ofEpochSecond(since * 60);
    }

    /// Returns the growth of a disk in percent per minute, by least squares; empty if it is not known yet.
    OptionalDouble growth(String mount) {
        int column = columns.indexOf(DISK + mount);
        double n = 0;
        double sumX = 0;
        double sumY = 0;
        double sumXx = 0;
        double sumXy = 0;
        long end = minutes.isEmpty() ? 0 : minutes.getLast().minute;
        for (Iterator<Minute> newest = minutes.descendingIterator(); newest.hasNext() && column >= 0; ) {
            Minute minute = newest.next();
            double x = (double) minute.minute - end;
            double y = minute.value(column);
            if (-x > FORECAST_MAX) break;
            if (Double.isNaN(y)) continue;
            n++;
            sumX += x;
            sumY += y;
            sumXx += x * x;
            sumXy += x * y;
        }
        double spread = n * sumXx - sumX * sumX;
        if (n < FORECAST_MIN || spread <= 0) return OptionalDouble.empty();
        return OptionalDouble.of((n * sumXy - sumX * sumY) / spread);
    }

    /// Returns a duration as people read it: `7 h`.
    static String text(Duration time) {
        return time.toHours() > 0 ? time.toHours() + " h" : Math.max(1, time.toMinutes()) + " min";
    }
}
