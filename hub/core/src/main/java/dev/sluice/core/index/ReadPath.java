package dev.sluice.core.index;

import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Entry;
import dev.sluice.core.log.BackwardRead;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.GapReason;
import dev.sluice.core.log.Read;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads entries after a reader's place from one source. Takes no lock: the head is loaded first and the marks are
/// checked last, see [Index].
final class ReadPath {
    /// The initial capacity of a result: most reads find one entry.
    private static final int FOUND = 2;

    private final Index index;
    private final EntrySource source;
    private final FilterPredicate predicate;
    private final int marksMax;

    /// For event loops: examines at most [LogLimits#lookMax] marks.
    ReadPath(Index index, EntrySource source) {
        this(index, source, index.limits.lookMax());
    }

    /// @param marksMax the maximum number of marks that a read with wildcards examines
    ReadPath(Index index, EntrySource source, int marksMax) {
        this.index = index;
        this.source = source;
        predicate = new FilterPredicate(index, source);
        this.marksMax = marksMax;
    }

    /// Entries in the order of their positions.
    ///
    /// @param isExact true if all entries are of the selection's channels; false if the iterator returns those
    ///                of all channels, including deleted ones
    record Scan(EntryIterator iterator, boolean isExact) implements AutoCloseable {
        @Override
        public void close() {
            iterator.close();
        }
    }

    /// Reads the next entries of a selection. Examines at most [LogLimits#lookMax] entries, and merges the
    /// selection's channels where they are few.
    ///
    /// @return null if there are too many marks to examine
    @Nullable
    Read read(ReadCursor place, Selection selection, Filter filter, int entriesMax, long bytesMax) {
        if (entriesMax < 1) throw new IllegalArgumentException("entriesMax must be 1 or more, was " + entriesMax);
        long checked = index.marks.newest();
        Unseen before = unseen(place, selection, checked);
        if (before == null) return null;
        if (before.mark.at() > 0) return missing(place, selection, before);
        Read found = find(place.cursor(), checked, selection, filter, entriesMax, bytesMax);
        // Entries dropped during the read may be missing from it.
        long now = index.marks.newest();
        if (now == checked) return found;
        Unseen meanwhile = unseen(place, selection, now);
        if (meanwhile == null) return null;
        return meanwhile.mark.at() > 0 ? missing(place, selection, meanwhile) : found;
    }

    private Read find(Cursor from, long moment, Selection selection, Filter filter, int entriesMax, long bytesMax) {
        Cursor head = Cursor.later(index.head(), from);
        Entry only = onlyEntry(selection, from.position(), head.position(), moment);
        if (only != null && predicate.passes(only, filter)) return new Read.Batch(List.of(only), head);
        try (Scan scan = forwards(selection, from.position(), head.position(), moment)) {
            return find(scan, from, head, selection, filter, entriesMax, bytesMax);
        }
    }

    /// The one entry of a selection after one position up to another, if finding it needs no search; null if the
    /// caller must iterate. Most readers have one channel and are notified of each event.
    private @Nullable Entry onlyEntry(Selection selection, long after, long upTo, long moment) {
        if (!selection.isSingle() || pendingTrim(moment) != null) return null;
        ChannelIndex channel = index.channel(selection.patterns().getFirst().value());
        return channel == null ? null : source.onlyAfter(channel, after, upTo);
    }

    private Read find(
            Scan scan, Cursor from, Cursor head, Selection selection, Filter filter, int entriesMax, long bytesMax) {
        List<Entry> found = new ArrayList<>(FOUND);
        long bytes = 0;
        Entry last = null;
        for (int examined = 0; examined < index.limits.lookMax() && found.size() < entriesMax; examined++) {
            Entry entry = scan.iterator.next();
            if (entry == null) return found.isEmpty() ? new Read.CaughtUp(head) : new Read.Batch(found, head);
            if (isWanted(scan, entry, selection) && predicate.passes(entry, filter)) {
                bytes += Size.data(entry);
                if (bytes > bytesMax && !found.isEmpty()) break;
                found.add(entry);
            }
            last = entry;
        }
        return new Read.Batch(found, last == null ? from : last.id());
    }

    /// Reads the entries of a selection up to a cursor, newest first. Examines at most [LogLimits#lookMax]
    /// entries.
    BackwardRead readBack(Cursor upTo, Selection selection, int entriesMax, long bytesMax) {
        if (entriesMax < 1) throw new IllegalArgumentException("entriesMax must be 1 or more, was " + entriesMax);
        long moment = index.marks.newest();
        long from = Math.min(upTo.position(), index.head().position());
        List<Entry> found = new ArrayList<>();
        long bytes = 0;
        try (Scan scan = backwards(selection, from, moment)) {
            for (int examined = 0; examined < index.limits.lookMax() && found.size() < entriesMax; examined++) {
                Entry entry = scan.iterator.next();
                if (entry == null) return new BackwardRead(found, null);
                if (isWanted(scan, entry, selection)) {
                    bytes += Size.data(entry);
                    if (bytes > bytesMax && !found.isEmpty()) break;
                    found.add(entry);
                }
                from = entry.position() - 1;
            }
        }
        return new BackwardRead(found, from < 1 ? null : index.cursor(from));
    }

    /// Whether an entry belongs to the selection.
    boolean isWanted(Scan scan, Entry entry, Selection selection) {
        return scan.isExact || (selection.matches(entry.channel()) && !index.isDeleted(entry));
    }

    /// The losses a reader does not know of, as of the moment `now`.
    private record Unseen(TrimMark mark, long now) {}

    /// Finds the losses that a reader does not know of.
    ///
    /// @param checked a moment up to which every drop has its mark
    /// @return null if there are too many marks to examine
    private @Nullable Unseen unseen(ReadCursor place, Selection selection, long checked) {
        long from = place.cursor().position();
        long known = place.known().position();
        long now = checked;
        TrimMark unseen = index.marks.unseen(from, known, selection, marksMax, index);
        while (unseen != null && unseen.at() > now) {
            // This mark was put but is not published yet. Reported as of `now`, it would be reported twice;
            // reported as of the mark's moment, losses of other channels in between might be skipped. So check
            // again once it is published, a few instructions later.
            index.marks.await(unseen.at());
            now = unseen.at();
            unseen = index.marks.unseen(from, known, selection, marksMax, index);
        }
        return unseen == null ? null : new Unseen(unseen, now);
    }

    private Read missing(ReadCursor place, Selection selection, Unseen unseen) {
        TrimMark mark = unseen.mark;
        GapReason reason = mark.deletion() ? GapReason.DELETED : GapReason.TRIMMED;
        // Never skip entries that are kept: the cursor then stays, and only `known` advances.
        boolean isSkippable = isEmpty(selection, place.cursor().position(), mark.position(), unseen.now);
        Cursor resume = isSkippable ? index.cursor(mark.position()) : place.cursor();
        Gap gap = new Gap(place.cursor().text(), resume, reason);
        return new Read.Missing(gap, new ReadCursor(resume, index.cursor(unseen.now)));
    }

    private boolean isEmpty(Selection selection, long from, long upTo, long moment) {
        try (Scan scan = forwards(selection, from, upTo, moment)) {
            for (int examined = 0; examined < index.limits.lookMax(); examined++) {
                Entry entry = scan.iterator.next();
                if (entry == null) return true;
                if (isWanted(scan, entry, selection)) return false;
            }
            return false; // Not known within the limit, so nothing is skipped.
        }
    }

    /// Entries after one position up to another.
    ///
    /// @param moment entries of the selection dropped up to this moment are left out
    Scan forwards(Selection selection, long after, long upTo, long moment) {
        PendingTrim pendingTrim = pendingTrim(moment);
        if (selection.isSingle()) { // The common case, which needs no lists.
            ChannelIndex channel = index.channel(selection.patterns().getFirst().value());
            EntryIterator iterator = channel == null || channel.firstPosition() > upTo
                    ? EntryIterator.over(List.of())
                    : source.after(channel, after, upTo);
            return new Scan(withoutDropped(iterator, pendingTrim, moment, false), true);
        }
        List<ChannelIndex> channels = channels(selection, upTo - after);
        if (channels == null)
            return new Scan(withoutDropped(source.after(after, upTo), pendingTrim, moment, true), false);
        List<EntryIterator> iterators = new ArrayList<>(channels.size());
        for (ChannelIndex channel : channels) {
            long first = channel.firstPosition();
            if (first > upTo) continue;
            iterators.add(
                    first <= after + 1
                            ? source.after(channel, after, upTo)
                            : new EntryIterator.Deferred(first, () -> source.after(channel, after, upTo)));
        }
        return new Scan(withoutDropped(EntryIterator.merged(iterators, true), pendingTrim, moment, false), true);
    }

    /// Entries backwards from a position, as in [#forwards].
    Scan backwards(Selection selection, long from, long moment) {
        PendingTrim pendingTrim = pendingTrim(moment);
        List<ChannelIndex> channels = channels(selection, from);
        if (channels == null) return new Scan(withoutDropped(source.back(from), pendingTrim, moment, true), false);
        List<EntryIterator> iterators = new ArrayList<>(channels.size());
        for (ChannelIndex channel : channels) {
            long last = channel.lastPosition();
            iterators.add(
                    last >= from
                            ? source.back(channel, from)
                            : new EntryIterator.Deferred(last, () -> source.back(channel, from)));
        }
        return new Scan(withoutDropped(EntryIterator.merged(iterators, false), pendingTrim, moment, false), true);
    }

    /// The channels to merge; null if reading all entries in order costs less, because there are few entries or
    /// too many channels.
    ///
    /// @param entriesMax an upper bound of the entries to read
    private @Nullable List<ChannelIndex> channels(Selection selection, long entriesMax) {
        if (!selection.isNamed()) return entriesMax <= index.limits.lookMax() ? null : index.channels.kept(selection);
        List<ChannelIndex> channels = new ArrayList<>(selection.patterns().size());
        for (Pattern pattern : selection.patterns()) {
            ChannelIndex channel = index.channel(pattern.value());
            if (channel != null) channels.add(channel);
        }
        return channels;
    }

    /// The trim up to this moment whose entries are still being removed; null if all are removed. Call it before an
    /// iterator is opened: an iterator over the store returns the entries of the time at which it was opened.
    private @Nullable PendingTrim pendingTrim(long moment) {
        PendingTrim pendingTrim = index.marks.pendingTrim(); // First: if the moment is not settled, this is its trim.
        return index.marks.settled() >= moment ? null : pendingTrim;
    }

    private EntryIterator withoutDropped(
            EntryIterator iterator, @Nullable PendingTrim pendingTrim, long moment, boolean ofAllChannels) {
        return pendingTrim == null
                ? iterator
                : new UnsettledTrimIterator(iterator, index, moment, pendingTrim, ofAllChannels);
    }
}
