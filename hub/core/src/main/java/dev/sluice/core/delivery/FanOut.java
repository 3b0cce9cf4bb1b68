package dev.sluice.core.delivery;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.PatternTrie;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.schedule.SwapRemoveList;
import dev.sluice.core.log.LogReader;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Notifies the readers of channels that grew, in as many slices as needed. A step is a channel, a node of the
/// trie of patterns, a set of readers, or a notified reader; each set is notified once, however many of its
/// channels grew.
///
/// Readers may join and leave between two slices. A new reader needs no notification: it reads everything that
/// the log has by then.
final class FanOut {
    private final SubscriptionIndex index;
    private final Consumer<Reader> listener;
    private final PatternTrie.Search<ReaderSet> search;
    private final Consumer<ReaderSet> setListener = this::addSet;
    private final Consumer<ChannelName> changeListener = this::addChannel;

    /// The changed channels whose readers with patterns have not been found yet.
    private final SequencedSet<ChannelName> changedChannels = new LinkedHashSet<>();

    private final ArrayDeque<ReaderSet> foundSets = new ArrayDeque<>();
    private ReaderSet current = new ReaderSet();

    /// Readers of the current set that are not notified yet.
    private int readersLeft;

    /// Sets left to notify when the log no longer names the changed channels: then all sets are notified.
    private int setsLeft;

    /// The number of fan-outs so far. An int would return to 0, the value of a set that was never visited,
    /// within days.
    long generation;

    FanOut(SubscriptionIndex index, Consumer<Reader> listener) {
        this.index = index;
        this.listener = listener;
        this.search = index.search();
    }

    /// Starts a fan-out for the channels that grew after a cursor.
    ///
    /// @return the position up to which the log was examined: after the fan-out, readers know of everything up
    /// to there
    Cursor begin(LogReader log, Cursor cursor) {
        generation++;
        Cursor head = log.head();
        Cursor until = log.changedSince(cursor, changeListener);
        if (until == null) {
            changedChannels.clear();
            setsLeft = index.sets().size();
        }
        return until == null ? head : until;
    }

    /// @return true if all readers are notified
    boolean run(int stepsMax) {
        int steps = stepsMax;
        while (true) {
            steps -= notifyReaders(steps);
            if (steps == 0) return false;
            if (!findNextSet()) break;
            steps--;
        }
        return true;
    }

    /// @return the number of readers notified
    private int notifyReaders(int max) {
        SwapRemoveList<ReaderSet.Membership> members = current.members;
        int left = Math.min(readersLeft, members.size());
        int last = Math.max(left - max, 0);
        for (int i = left; i > last; i--) listener.accept(members.get(i - 1).reader());
        readersLeft = last;
        return left - last;
    }

    /// Takes a step towards the next set of readers.
    ///
    /// @return false if no set is left
    private boolean findNextSet() {
        ReaderSet set = foundSets.poll();
        if (set != null) {
            current = set;
            readersLeft = set.members.size();
        } else if (!search.isDone()) {
            search.step(setListener);
        } else if (!changedChannels.isEmpty()) {
            search.begin(changedChannels.removeFirst());
        } else {
            setsLeft = Math.min(setsLeft, index.sets().size());
            if (setsLeft == 0) return false;
            addSet(index.sets().get(--setsLeft));
        }
        return true;
    }

    /// Most hubs have only readers of full names; then no changed channels are collected.
    private void addChannel(ChannelName channel) {
        addSet(index.named(channel));
        if (index.hasPatterns()) changedChannels.add(channel);
    }

    private void addSet(@Nullable ReaderSet set) {
        if (set == null || set.lastFanOut == generation) return;
        set.lastFanOut = generation;
        foundSets.add(set);
    }
}
