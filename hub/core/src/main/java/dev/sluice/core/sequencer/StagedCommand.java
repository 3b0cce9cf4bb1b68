package dev.sluice.core.sequencer;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.event.EventAttributes;
import dev.sluice.core.index.Index;
import dev.sluice.core.index.KeyedPublish;
import dev.sluice.core.log.Retention;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The log as it would be after the publications of one command decided so far: the group, and what they place.
/// If the command is refused, it leaves nothing. Reused from command to command.
final class StagedCommand {
    private final Index index;
    private final StagedGroup group;
    private final List<Entry> entries = new ArrayList<>();
    private final List<KeyedPublish> published = new ArrayList<>();
    private Map<KeyedPublish.Key, KeyedPublish.Success> successes = Map.of();
    private Map<ChannelName, Tip> tips = Map.of();

    /// The tip of the channel first published to: most commands have no other, and need no map.
    private @Nullable Tip firstTip;

    /// The object for the first tip, which each command reuses.
    private final Tip reused = new Tip();

    private long timeMs;
    private long last;

    /// The number of channels that keep nothing now and would keep entries after the command.
    private int channelsMore;

    StagedCommand(Index index, StagedGroup group) {
        this.index = index;
        this.group = group;
    }

    /// The newest event and the end that a channel would have. The name is the index's own object: using the one
    /// parsed from each request would cost three more objects for each event in memory. A tip changes as the
    /// command stages entries.
    static final class Tip {
        private ChannelName channel = Index.DELETED; // No channel, until it is set.
        private boolean isNew;
        private @Nullable Retention rule;
        private @Nullable EventAttributes attributes;
        private long newest;
        private long end;

        private Tip set(
                ChannelName channel, boolean isNew, @Nullable EventAttributes attributes, long newest, long end) {
            this.channel = channel;
            this.isNew = isNew;
            this.rule = null;
            this.attributes = attributes;
            this.newest = newest;
            this.end = end;
            return this;
        }

        ChannelName channel() {
            return channel;
        }

        /// Whether the channel keeps nothing.
        boolean isNew() {
            return isNew;
        }

        /// The rule of a channel that the index does not know; null otherwise.
        @Nullable
        Retention rule() {
            return rule;
        }

        /// The position of the newest event; 0 if the channel has no event.
        long newest() {
            return newest;
        }

        /// The position of the end; 0 while the channel is open.
        long end() {
            return end;
        }
    }

    /// Begins a command.
    void begin(long timeMs) {
        this.timeMs = timeMs;
        last = group.last();
        channelsMore = 0;
        entries.clear();
        published.clear();
        successes = Map.of();
        tips = Map.of();
        firstTip = null;
    }

    /// The time of the command.
    long timeMs() {
        return timeMs;
    }

    /// The tip of a channel. It is valid until the next call, unless something is staged on it.
    Tip tip(ChannelName name) {
        Tip staged = staged(name);
        if (staged != null) return staged;
        StagedChannel channel = group.find(name);
        Tip tip = firstTip == null ? reused : new Tip();
        return channel == null
                ? tip.set(name, true, null, 0, 0)
                : tip.set(
                        channel.channel().name(),
                        channel.isEmpty(),
                        channel.attributes(),
                        channel.latest(),
                        channel.end());
    }

    private @Nullable Tip staged(ChannelName name) {
        return firstTip != null && firstTip.channel.equals(name) ? firstTip : tips.get(name);
    }

    /// Whether the channel is new to the log and has no rule yet.
    boolean needsRule(Tip tip) {
        return tip.rule == null && tip.isNew && group.find(tip.channel) == null;
    }

    /// Stages an event, an end, or both.
    ///
    /// @param rule the rule of a channel that the index does not know; null otherwise
    /// @return the position of the event, or of the end if there is no event
    long stage(Draft draft, Tip tip, @Nullable Retention rule) {
        long position = ++last;
        if (draft.isEvent()) {
            Epoch epoch = index.epochs().at(position);
            Event event = Event.of(epoch, position, tip.channel, timeMs, draft, tip.attributes);
            tip.newest = position;
            tip.attributes = event.attributes();
            entries.add(event);
        }
        if (draft.ends()) {
            tip.end = draft.isEvent() ? ++last : position;
            entries.add(new End(index.cursor(tip.end), tip.channel, timeMs));
        }
        if (tip.isNew) channelsMore++;
        tip.isNew = false;
        tip.rule = rule;
        put(tip);
        return position;
    }

    private void put(Tip tip) {
        if (firstTip == null || firstTip.channel.equals(tip.channel)) {
            firstTip = tip;
            return;
        }
        if (tips.isEmpty()) tips = new HashMap<>();
        tips.put(tip.channel, tip);
    }

    /// The number of channels that would keep entries.
    int channelsKept() {
        return group.channelsKept() + channelsMore;
    }

    void remember(KeyedPublish.Key key, String fingerprint, Cursor id) {
        KeyedPublish.Success success = new KeyedPublish.Success(fingerprint, id, timeMs);
        if (successes.isEmpty()) successes = new HashMap<>();
        successes.put(key, success);
        published.add(new KeyedPublish(key, success));
    }

    /// The success of an earlier publication of the command with this key; null if no publication has it.
    KeyedPublish.@Nullable Success success(KeyedPublish.Key key) {
        return successes.get(key);
    }

    /// The entries that are placed if the command succeeds, in order.
    List<Entry> entries() {
        return entries;
    }

    /// The rule of a channel that the index does not know; null for others.
    @Nullable
    Retention rule(ChannelName channel) {
        Tip tip = staged(channel);
        return tip == null ? null : tip.rule;
    }

    List<KeyedPublish> published() {
        return published;
    }
}
