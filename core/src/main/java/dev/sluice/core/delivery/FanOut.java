package dev.sluice.core.delivery;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.PatternTrie;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Log;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Tells the readers of channels that grew, in as many slices as it takes. A step is a channel, a node of the trie of
/// patterns, a set of readers, or a reader that is told; however many channels grew, each set is told once.
///
/// Readers may come and go between two slices. Who comes has no need to be told: a new reader looks by itself, at all
/// that is in the log by then.
final class FanOut {
    private final Audience audience;
    private final Consumer<Reader> told;
    private final PatternTrie.Search<ReaderSet> search;
    private final Consumer<ReaderSet> finding = this::find;
    private final Set<ChannelName> grown = new LinkedHashSet<>();
    private final ArrayDeque<ReaderSet> found = new ArrayDeque<>();
    private Iterator<ChannelName> channels = Collections.emptyIterator();
    private ReaderSet at = new ReaderSet();

    /// How many of the readers in this set, and of all sets, are still to be told.
    private int readersLeft;

    private int setsLeft;
    private int number;

    FanOut(Audience audience, Consumer<Reader> told) {
        this.audience = audience;
        this.told = told;
        this.search = audience.search();
    }

    /// Looks what grew behind a place.
    ///
    /// @return how far it looked: when all are told, they have been told of everything up to there
    Cursor begin(Log log, Cursor place) {
        number++;
        Cursor head = log.head();
        Cursor seen = log.grownSince(place, grown::add);
        if (seen == null) {
            grown.clear();
            setsLeft = audience.sets().size();
        }
        channels = grown.iterator();
        return seen == null ? head : seen;
    }

    /// @return whether all have been told
    boolean go(int stepsMax) {
        int steps = stepsMax;
        while (true) {
            steps -= tell(steps);
            if (steps == 0) return false;
            if (!next()) break;
            steps--;
        }
        channels = Collections.emptyIterator();
        grown.clear();
        return true;
    }

    /// @return how many it told
    private int tell(int max) {
        Slots<ReaderSet.Member> members = at.members;
        int left = Math.min(readersLeft, members.size());
        int last = Math.max(left - max, 0);
        for (int i = left; i > last; i--) told.accept(members.get(i - 1).reader());
        readersLeft = last;
        return left - last;
    }

    /// Goes a step towards the next set.
    ///
    /// @return false: there is none
    private boolean next() {
        ReaderSet set = found.poll();
        if (set != null) {
            at = set;
            readersLeft = set.members.size();
        } else if (!search.isDone()) {
            search.step(finding);
        } else if (channels.hasNext()) {
            ChannelName channel = channels.next();
            find(audience.named(channel));
            search.begin(channel);
        } else {
            setsLeft = Math.min(setsLeft, audience.sets().size());
            if (setsLeft == 0) return false;
            find(audience.sets().get(--setsLeft));
        }
        return true;
    }

    private void find(@Nullable ReaderSet set) {
        if (set == null || set.fanOut == number) return;
        set.fanOut = number;
        found.add(set);
    }
}
