package dev.sluice.server.stats;

import dev.sluice.core.channel.ChannelName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The channels with the most events a second. A channel takes the place of another only if it is clearly
/// busier: otherwise a list of many equal channels would change every second.
final class BusiestChannels {
    static final int COUNT_MAX = 100;

    /// The maximum size of all rows together, so a list of long names has fewer rows.
    static final int BYTES_MAX = 12_000;

    /// The maximum number of channels whose rates are kept, with about 200 bytes each, including the map's
    /// entry.
    private static final int KNOWN_MAX = 20_000;

    /// The rate below which a channel may be forgotten: about one event in a quarter of an hour.
    private static final double RATE_MIN = 0.001;

    private static final double MINUTE_SECONDS = 60;
    private static final double CLEARLY = 1.25;

    private static final Comparator<ChannelRow> BUSIEST_FIRST =
            Comparator.comparingDouble(ChannelRow::rate).reversed();

    private final Map<ChannelName, ChannelRow> known = new HashMap<>();
    private final Map<ChannelName, ChannelRow> listed = new LinkedHashMap<>();

    /// Lists channels before any of their events have been counted.
    void seed(List<ChannelName> newestFirst) {
        for (ChannelName name : newestFirst) if (!isFull(name)) list(known(name));
    }

    /// Adds the events of some seconds.
    ///
    /// @return the channels that are no longer listed
    List<ChannelName> add(ChannelActivity activity, double seconds) {
        activity.forEach((name, _) -> known(name));
        double weight = weight(seconds);
        for (ChannelRow row : known.values()) {
            ChannelActivity.Count count = activity.of(row.name);
            row.add(activity.events(count) / seconds, activity.bytes(count) / seconds, weight);
        }
        List<ChannelName> removed = replace();
        forget();
        return removed;
    }

    /// The weight of the last seconds in averages over about a minute.
    static double weight(double seconds) {
        return 1 - Math.exp(-seconds / MINUTE_SECONDS);
    }

    private ChannelRow known(ChannelName name) {
        return known.computeIfAbsent(name, ChannelRow::new);
    }

    private void list(ChannelRow row) {
        listed.put(row.name, row);
    }

    private boolean isFull(ChannelName more) {
        int bytes = more.bytes().length + ChannelRow.BYTES;
        for (ChannelRow row : listed.values()) bytes += row.size();
        return listed.size() >= COUNT_MAX || bytes > BYTES_MAX;
    }

    private List<ChannelName> replace() {
        List<ChannelRow> busiest = known.values().stream()
                .filter(row -> !listed.containsKey(row.name))
                .sorted(BUSIEST_FIRST)
                .limit(COUNT_MAX)
                .toList();
        List<ChannelName> removed = new ArrayList<>();
        for (ChannelRow row : busiest) {
            while (isFull(row.name)) {
                ChannelRow last = listed.values().stream().max(BUSIEST_FIRST).orElse(row);
                if (row.rate() <= last.rate() * CLEARLY) return removed;
                listed.remove(last.name);
                removed.add(last.name);
            }
            list(row);
        }
        return removed;
    }

    private void forget() {
        known.values().removeIf(row -> row.rate() < RATE_MIN && !listed.containsKey(row.name));
        if (known.size() <= KNOWN_MAX) return;
        List<ChannelRow> quietest = known.values().stream()
                .filter(row -> !listed.containsKey(row.name))
                .sorted(BUSIEST_FIRST.reversed())
                .limit(known.size() - KNOWN_MAX / 2)
                .toList();
        quietest.forEach(row -> known.remove(row.name));
    }

    /// The rates of the busiest channels: of all channels with a rate, unless there are more than `max`.
    ///
    /// @param correction of the averages, see [ChannelRow#rate]
    Map<ChannelName, Double> rates(int max, double correction) {
        Map<ChannelName, Double> rates = new HashMap<>();
        known.values().stream()
                .filter(row -> row.rate() >= RATE_MIN)
                .sorted(BUSIEST_FIRST)
                .limit(max)
                .forEach(row -> rates.put(row.name, row.rate() * correction));
        return rates;
    }

    /// Returns true if all channels with a rate are in the list.
    boolean isWhole() {
        return known.values().stream().allMatch(row -> row.rate() < RATE_MIN || listed.containsKey(row.name));
    }

    /// Removes a channel that no longer exists.
    void remove(ChannelName name) {
        known.remove(name);
        listed.remove(name);
    }

    /// The rows of the list.
    Collection<ChannelRow> listed() {
        return listed.values();
    }
}
