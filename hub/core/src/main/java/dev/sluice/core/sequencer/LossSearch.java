package dev.sluice.core.sequencer;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Entry;
import dev.sluice.core.index.ChannelIndex;
import dev.sluice.core.index.EntryIterator;
import dev.sluice.core.index.Index;
import dev.sluice.core.index.Size;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionLoss;
import dev.sluice.core.log.RetentionRules;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Counts what other retention rules would delete, without deleting it, in slices between which the log accepts
/// other commands. Counting stops at a million entries, because a higher number would change no decision. For
/// the writer.
public final class LossSearch {
    /// The maximum number of entries counted.
    static final int COUNTED_MAX = 1_000_000;

    /// The cost of a channel, whose rule is looked up, in examined entries.
    private static final int CHANNEL_STEPS = 16;

    private static final class Count {
        private long channels;
        private long events;
        private long bytes;
    }

    private final Index index;
    private final RetentionRules rules;
    private final Function<ChannelName, Retention> all;
    private final long nowMs;
    private final Map<String, Count> counts = new LinkedHashMap<>();
    private @Nullable ChannelName after;
    private @Nullable Channel current;
    private int counted;
    private boolean isDone;

    /// A channel whose oldest entries are being counted.
    private static final class Channel {
        private final ChannelIndex index;
        private final Retention rule;
        private final Count count;
        private long position;
        private long events;
        private long bytes;
        private boolean isLosing;

        Channel(ChannelIndex index, Retention rule, Count count) {
            this.index = index;
            this.rule = rule;
            this.count = count;
            this.events = index.events();
            this.bytes = index.dataBytes() + Size.ENTRY_BYTES * index.entries();
        }

        boolean loses(Entry entry, long nowMs) {
            return events > rule.maxEvents()
                    || bytes > rule.maxBytes()
                    || nowMs - entry.timeMs() > rule.maxAge().toMillis();
        }

        void lose(Entry entry) {
            if (!isLosing) count.channels++;
            isLosing = true;
            count.events++;
            count.bytes += Size.kept(entry);
            events--;
            bytes -= Size.kept(entry);
            position = entry.position();
        }
    }

    /// @param rules the rules to compare with those of the channels
    /// @param all   the same rules, with those for the log's own channels
    LossSearch(Index index, RetentionRules rules, Function<ChannelName, Retention> all, long nowMs) {
        this.index = index;
        this.rules = rules;
        this.all = all;
        this.nowMs = nowMs;
    }

    public boolean isDone() {
        return isDone;
    }

    /// The losses by each rule that would delete something, in no particular order.
    public List<RetentionLoss> losses() {
        boolean isAtLeast = counted >= COUNTED_MAX;
        return counts.entrySet().stream()
                .filter(each -> each.getValue().events > 0)
                .map(each -> new RetentionLoss(
                        each.getKey(),
                        each.getValue().channels,
                        each.getValue().events,
                        each.getValue().bytes,
                        isAtLeast))
                .toList();
    }

    /// Examines about `max` entries.
    void step(int max) {
        int left = max;
        while (left > 0 && !isDone) {
            Channel channel = current;
            if (channel == null) {
                left -= CHANNEL_STEPS;
                next();
            } else {
                left -= count(channel, left);
            }
        }
    }

    private void next() {
        ChannelIndex next = index.firstKnown(after);
        if (next == null || counted >= COUNTED_MAX) {
            isDone = true;
            return;
        }
        after = next.name();
        Retention rule = all.apply(next.name());
        if (next.entries() == 0 || !isNarrower(rule, next.rule())) return;
        current = new Channel(next, rule, counts.computeIfAbsent(rules.pattern(next.name()), _ -> new Count()));
    }

    private static boolean isNarrower(Retention rule, Retention before) {
        return rule.maxAge().compareTo(before.maxAge()) < 0
                || rule.maxEvents() < before.maxEvents()
                || rule.maxBytes() < before.maxBytes()
                || (before.keep() == Retention.Keep.NEWEST_OF_KEY && rule.keep() == Retention.Keep.NEWEST);
    }

    /// @return the number of entries examined
    private int count(Channel channel, int max) {
        int examined = 0;
        try (EntryIterator oldestFirst =
                index.source(channel.index).after(channel.index, channel.position, Long.MAX_VALUE)) {
            while (examined < max) {
                Entry entry = oldestFirst.next();
                examined++;
                if (entry == null || !channel.loses(entry, nowMs) || counted >= COUNTED_MAX) {
                    current = null;
                    return examined;
                }
                channel.lose(entry);
                counted++;
            }
        }
        return examined;
    }
}
