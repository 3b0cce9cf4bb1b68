package dev.sluice.core.index;

import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionRules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A change of the log, decided by the sequencer and applied by the index at the positions it carries. Lists are
/// valid only until [Index#apply] returns.
public sealed interface LogRecord {
    /// The entries that a group of commands adds, and the trims that follow. An entry may be added and dropped by
    /// the same group.
    non-sealed interface Group extends LogRecord {
        /// The entries, in the order of their positions.
        List<Entry> entries();

        /// The channel of each entry; one that is new to the index is added to it.
        List<ChannelIndex> channels();

        /// The same entries, grouped by channel.
        List<? extends Addition> additions();

        /// The idempotency keys of the publishes.
        List<KeyedPublish> keys();

        /// The trims, in the order of their moments.
        List<Trim> trims();

        /// The last position that the group takes: of an entry or of a trim.
        long last();
    }

    /// The entries that a group adds to one channel.
    interface Addition {
        ChannelIndex channel();

        /// The entries, at least one, in the order of their positions.
        List<Entry> added();
    }

    /// The deletion of a channel that keeps entries.
    ///
    /// @param at the position of the deletion, which becomes the head
    record Deletion(ChannelIndex channel, long at, long timeMs) implements LogRecord {}

    /// Events whose data is erased.
    ///
    /// @param channel their channel
    record Erasure(ChannelIndex channel, List<Event> events) implements LogRecord {}

    /// Channels of which only a mark is left, which becomes part of the mark of all channels without state.
    record Fold(List<ChannelIndex> channels) implements LogRecord {}

    /// The retention rules from now on. They are recorded, so that the next start uses them as well. The
    /// channels adopt them one by one.
    record Rules(RetentionRules rules) implements LogRecord {}

    /// The retention rule of a channel from now on.
    record Rule(ChannelIndex channel, Retention rule) implements LogRecord {}

    /// Entries dropped at one moment.
    ///
    /// @param at       the moment, a position used for nothing else; 0 if only retained ranges change
    /// @param dropped  the oldest entries of their channels, except for those that the channels retain; without
    ///                 their data if they are no longer in memory ([Index#outlined])
    /// @param targets  the channel of each entry
    /// @param channels the channels trimmed, each once
    record Trim(long at, List<Entry> dropped, List<ChannelIndex> targets, List<TrimmedChannel> channels) {
        /// Joins several trims into one, at the last of their moments, with the channels in the order of their
        /// last trims.
        ///
        /// @param trims the trims in the order of their moments, at least one
        static Trim joined(List<Trim> trims) {
            if (trims.size() == 1) return trims.getFirst();
            long at = 0;
            List<Entry> dropped = new ArrayList<>();
            List<ChannelIndex> targets = new ArrayList<>();
            Map<ChannelIndex, TrimmedChannel> channels = new LinkedHashMap<>();
            for (Trim trim : trims) {
                at = Math.max(at, trim.at);
                dropped.addAll(trim.dropped);
                targets.addAll(trim.targets);
                for (TrimmedChannel each : trim.channels) {
                    TrimmedChannel earlier = channels.remove(each.channel);
                    channels.put(each.channel, earlier == null ? each : earlier.then(each));
                }
            }
            return new Trim(at, dropped, targets, List.copyOf(channels.values()));
        }
    }

    /// A channel's part of a trim.
    ///
    /// @param upTo     the position of the last entry dropped; 0 if no entry is dropped
    /// @param timeMs   when it was trimmed, in milliseconds since 1970
    /// @param retained the entries kept before those that the rule covers, after the trim
    record TrimmedChannel(ChannelIndex channel, long upTo, long timeMs, RetainedRange retained) {
        /// Joins this part of a trim and a later one of the same channel.
        TrimmedChannel then(TrimmedChannel later) {
            return new TrimmedChannel(channel, Math.max(upTo, later.upTo), later.timeMs, later.retained);
        }
    }
}
