package dev.sluice.core.model;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Conditions.Idempotency;
import dev.sluice.core.log.Conditions.Newest;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.GapReason;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.Retention.Keep;
import dev.sluice.core.log.Start;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A model of a log: a plain list of everything that ever happened, scanned from the start for every query. Slow, and
/// meant to be obviously correct. Ids come from the log under test; the model never calculates with them.
///
/// Apply each operation to the log first, then to the model, with the ids that the log assigned.
public final class LogModel {
    /// An entry, or a deletion (without entry), and the moment it was dropped. A deletion is dropped as it happens.
    private static final class Item {
        final Cursor id;
        final ChannelName channel;

        @Nullable
        Entry entry;

        long droppedAt = NEVER;
        boolean deleted;

        Item(Cursor id, ChannelName channel, @Nullable Entry entry) {
            this.id = id;
            this.channel = channel;
            this.entry = entry;
        }

        boolean isKept() {
            return droppedAt == NEVER;
        }
    }

    /// A reader: its cursor, and the moment up to which it knows of every drop.
    public record Reader(Cursor cursor, long known) {}

    /// The gap that a reader must get, and the reader afterwards.
    public record Missing(Gap gap, Reader resume) {}

    private record Success(ChannelName channel, Idempotency key, Cursor id, long timeMs) {}

    private static final long NEVER = Long.MAX_VALUE;
    private static final long KEY_MS = 5 * 60 * 1000;
    private static final long ENTRY_BYTES = 256;

    private final Function<ChannelName, Retention> rules;
    private final long entriesMax;
    private final long bytesMax;
    private final List<Item> items = new ArrayList<>();
    private final List<Success> successes = new ArrayList<>();
    private final Map<ChannelName, Cursor> uncoveredUpTo = new HashMap<>();
    private Cursor head;
    private long moment;
    private long nowMs;

    /// An empty log.
    ///
    /// @param head       the head of the log under test
    /// @param entriesMax entries of all channels; at most 10,000, as the slack of the log in memory is less than a
    ///                   tenth for more
    /// @param bytesMax   bytes of all channels, with 256 for each entry besides its data; at most 10 MB, as above
    public LogModel(Cursor head, Function<ChannelName, Retention> rules, long entriesMax, long bytesMax) {
        this.head = head;
        this.rules = rules;
        this.entriesMax = entriesMax;
        this.bytesMax = bytesMax;
    }

    /// The expected outcome of a publication.
    ///
    /// @param ids the ids assigned by the log: of the event, then of the end
    public AppendResult append(Publication publication, long clockMs, Supplier<Cursor> ids) {
        return appendAll(List.of(publication), clockMs, ids).getFirst();
    }

    /// The expected outcomes of a batch. Only for batches that the log placed: the model cannot undo.
    public List<AppendResult> appendAll(List<Publication> publications, long clockMs, Supplier<Cursor> ids) {
        List<AppendResult> outcomes = new ArrayList<>();
        for (Publication each : publications) outcomes.add(place(each, clockMs, ids));
        for (int i = 0; i < outcomes.size(); i++) {
            if (outcomes.get(i) instanceof AppendResult.Placed)
                trim(publications.get(i).draft().channel());
        }
        trimAll();
        return outcomes;
    }

    private AppendResult place(Publication publication, long clockMs, Supplier<Cursor> ids) {
        nowMs = Math.max(nowMs, clockMs);
        Draft draft = publication.draft();
        Conditions conditions = publication.conditions();
        Idempotency key = conditions.idempotency();
        for (Success success : key == null ? List.<Success>of() : successes) {
            boolean same = success.channel.equals(draft.channel())
                    && success.key.publisher().equals(key.publisher())
                    && success.key.key().equals(key.key());
            if (!same || nowMs - success.timeMs >= KEY_MS) continue;
            boolean again = success.key.fingerprint().equals(key.fingerprint());
            return again ? new AppendResult.Same(success.id) : new AppendResult.KeyReused();
        }
        ChannelState state = state(draft.channel());
        if (state.end() != null) return new AppendResult.Ended(state.end());
        boolean holds = switch (conditions.newest()) {
            case Newest.Any any -> true;
            case Newest.None none -> state.latest() == null;
            case Newest.Is is -> state.latest() != null && state.latest().text().equals(is.id());
        };
        if (!holds) return new AppendResult.NewestDiffers(state.latest());
        Cursor id = null;
        if (draft.content() != null) id = add(Event.of(ids.get(), nowMs, draft));
        if (draft.ends()) {
            Cursor end = add(new End(ids.get(), draft.channel(), nowMs));
            if (id == null) id = end;
        }
        if (key != null) {
            Idempotency used = key;
            successes.removeIf(old -> old.channel.equals(draft.channel())
                    && old.key.publisher().equals(used.publisher())
                    && old.key.key().equals(used.key()));
            successes.add(new Success(draft.channel(), key, id, nowMs));
        }
        return new AppendResult.Placed(id.epoch(), id.position());
    }

    private Cursor add(Entry entry) {
        items.add(new Item(entry.id(), entry.channel(), entry));
        head = entry.id();
        return head;
    }

    /// Deletes a channel.
    ///
    /// @param id the log's head after the deletion
    /// @return whether there was anything to delete
    public boolean delete(ChannelName channel, Supplier<Cursor> id) {
        List<Item> kept = kept(item -> item.channel.equals(channel));
        if (kept.isEmpty()) return false;
        head = id.get();
        Item deletion = new Item(head, channel, null);
        kept.add(deletion);
        items.add(deletion);
        moment++;
        for (Item item : kept) {
            item.droppedAt = moment;
            item.deleted = true;
        }
        return true;
    }

    /// Erases the data of matching events of a channel and returns their number.
    public int forget(ChannelName channel, Predicate<Event> predicate) {
        int count = 0;
        for (Item item : kept(item -> item.channel.equals(channel))) {
            if (!(item.entry instanceof Event event) || !predicate.test(event)) continue;
            item.entry = event.forgotten();
            count++;
        }
        return count;
    }

    /// Drops expired entries.
    public void maintain(long clockMs) {
        nowMs = Math.max(nowMs, clockMs);
        for (ChannelName channel : channelsEver()) {
            List<Item> kept = kept(item -> item.channel.equals(channel));
            long maxMs = rules.apply(channel).maxAge().toMillis();
            kept.removeIf(item -> isUncovered(item));
            if (kept.isEmpty() || ageMs(kept.getFirst()) <= maxMs + maxMs / 10) continue;
            kept.removeIf(item -> ageMs(item) <= maxMs);
            uncover(channel, kept);
        }
    }

    private long ageMs(Item item) {
        return nowMs - item.entry.timeMs();
    }

    private void trim(ChannelName channel) {
        Retention rule = rules.apply(channel);
        List<Item> retained = kept(item -> item.channel.equals(channel) && isUncovered(item));
        List<Item> kept = kept(item -> item.channel.equals(channel) && !isUncovered(item));
        Cursor newest = state(channel).latest();
        long events = kept.stream().filter(item -> item.entry instanceof Event).count();
        long bytes = bytes(kept);
        boolean isFewEnough =
                events <= Math.max(plusATenth(rule.maxEvents()), plus(rule.maxEvents(), retained.size() / 4));
        boolean isSmallEnough =
                bytes <= Math.max(plusATenth(rule.maxBytes()), plus(rule.maxBytes(), bytes(retained) / 4));
        if (isFewEnough && isSmallEnough) return;
        List<Item> uncovered = new ArrayList<>();
        for (Item item : kept) {
            if (events <= rule.maxEvents() && bytes <= rule.maxBytes()) break;
            if (item.entry instanceof End || item.id.equals(newest)) break;
            uncovered.add(item);
            events--;
            bytes -= bytes(List.of(item));
        }
        uncover(channel, uncovered);
    }

    /// Whether the channel's rule no longer covers an entry.
    private boolean isUncovered(Item item) {
        Cursor upTo = uncoveredUpTo.get(item.channel);
        return upTo != null && item.id.compareTo(upTo) <= 0;
    }

    /// Handles the oldest entries of a rule, which it no longer covers: drops or retains them.
    private void uncover(ChannelName channel, List<Item> uncovered) {
        if (uncovered.isEmpty()) return;
        Retention rule = rules.apply(channel);
        uncoveredUpTo.put(channel, uncovered.getLast().id);
        List<Item> dropped = kept(item -> item.channel.equals(channel) && isUncovered(item));
        List<Item> retaining = new ArrayList<>();
        if (rule.keep() == Keep.NEWEST_OF_KEY && !(uncovered.getLast().entry instanceof End)) {
            for (Item item : dropped) if (isNewestOfKey(item.entry)) retaining.add(item);
            while (bytes(retaining) > rule.maxBytes()) retaining.removeFirst();
            Cursor newest = state(channel).latest();
            boolean retainsAny = !retaining.isEmpty();
            dropped.removeIf(item -> retaining.contains(item) || (retainsAny && item.id.equals(newest)));
        }
        // A loss before an earlier one would not be reported again, so these entries wait for a later one.
        boolean waits = items.stream()
                .anyMatch(item -> item.channel.equals(channel)
                        && !item.isKept()
                        && !dropped.isEmpty()
                        && dropped.getLast().id.isBefore(item.id));
        if (waits) return;
        moment++;
        for (Item item : dropped) item.droppedAt = moment;
    }

    private boolean isNewestOfKey(@Nullable Entry entry) {
        return entry instanceof Event event && event.key() != null && !event.isKeyEnd() && !isSuperseded(event);
    }

    private static long plus(long max, long more) {
        return max > Long.MAX_VALUE / 2 ? max : max + more;
    }

    private void trimAll() {
        List<Item> kept = kept(item -> true);
        long entries = kept.size();
        long bytes = bytes(kept);
        if (entries <= plusATenth(entriesMax) && bytes <= plusATenth(bytesMax)) return;
        // The last entry stays, and the event just before it if the last is an end.
        int stays = kept.size() - 1;
        if (stays > 0 && kept.get(stays).entry instanceof End && kept.get(stays - 1).entry instanceof Event) {
            if (kept.get(stays - 1).channel.equals(kept.get(stays).channel)) stays--;
        }
        moment++;
        for (Item item : kept.subList(0, stays)) {
            if (entries <= entriesMax && bytes <= bytesMax) return;
            item.droppedAt = moment;
            entries--;
            bytes -= bytes(List.of(item));
        }
    }

    private static long plusATenth(long max) {
        return max > Long.MAX_VALUE / 2 ? max : max + max / 10;
    }

    private static long bytes(List<Item> items) {
        return items.stream().mapToLong(item -> ENTRY_BYTES + data(item.entry)).sum();
    }

    private static long data(@Nullable Entry entry) {
        return entry instanceof Event event ? event.content().bytes().length : 0;
    }

    // Queries of readers.

    /// A reader with a cursor only.
    public Reader at(Cursor cursor) {
        return new Reader(cursor, 0);
    }

    /// A reader at a cursor that knows of every drop so far.
    public Reader aware(Cursor cursor) {
        return new Reader(cursor, moment);
    }

    /// The gap that a reader must get first; null if there is none.
    public @Nullable Missing missing(Reader reader, Selection selection) {
        List<Item> lost = items.stream()
                .filter(item -> selection.matches(item.channel) && item.id.compareTo(reader.cursor) > 0)
                .filter(item -> !item.isKept() && item.droppedAt > reader.known)
                .toList();
        if (lost.isEmpty()) return null;
        Item newest = lost.stream()
                .max(Comparator.comparingLong(item -> item.droppedAt))
                .orElseThrow();
        Cursor last = lost.getLast().id;
        List<Entry> rest = rest(reader.cursor, selection, Filter.NONE);
        boolean keptBefore = !rest.isEmpty() && rest.getFirst().id().isBefore(last);
        Cursor resume = keptBefore ? reader.cursor : last;
        GapReason reason = newest.deleted ? GapReason.DELETED : GapReason.TRIMMED;
        return new Missing(new Gap(reader.cursor.text(), resume, reason), aware(resume));
    }

    /// The entries kept after a cursor that pass the filter.
    public List<Entry> rest(Cursor from, Selection selection, Filter filter) {
        List<Entry> rest = new ArrayList<>();
        for (Item item : kept(item -> selection.matches(item.channel) && item.id.compareTo(from) > 0)) {
            if (passes(item.entry, filter)) rest.add(item.entry);
        }
        return rest;
    }

    private boolean passes(@Nullable Entry entry, Filter filter) {
        if (!(entry instanceof Event event)) return true;
        if (!filter.types().isEmpty() && !filter.types().contains(event.type())) return false;
        if (filter.conflate() && isSuperseded(event)) return false;
        if (filter.snapshotTo() == null || event.id().compareTo(filter.snapshotTo()) > 0) return true;
        return event.key() != null && !event.isKeyEnd() && !isSuperseded(event);
    }

    private boolean isSuperseded(Event event) {
        for (Item item : items) {
            boolean supersedes = item.isKept()
                    && item.entry instanceof Event newer
                    && event.id().isBefore(newer.id())
                    && newer.channel().equals(event.channel())
                    && newer.type().equals(event.type())
                    && event.key() != null
                    && event.key().equals(newer.key());
            if (supersedes) return true;
        }
        return false;
    }

    /// The cursor at which a reader starts, or one with the same entries after it.
    public Cursor locate(Start start, Selection selection, Filter requested) {
        Filter filter = new Filter(requested.types(), requested.conflate(), null);
        Cursor beginning = new Cursor(head.epoch(), 0);
        List<Entry> all = rest(beginning, selection, Filter.NONE);
        return switch (start) {
            case Start.Latest latest -> head;
            case Start.Earliest earliest -> beginning;
            case Start.Since since -> before(all, entry -> entry.timeMs() >= since.timeMs());
            case Start.Last(int count) -> back(selection, filter, entry -> true, count, head);
            case Start.Before(Cursor cursor, int count) ->
                back(selection, filter, entry -> entry.id().isBefore(cursor), count, justBefore(cursor));
        };
    }

    private Cursor back(Selection selection, Filter filter, Predicate<Entry> predicate, int count, Cursor fallback) {
        if (count == 0) return fallback;
        Cursor beginning = new Cursor(head.epoch(), 0);
        List<Entry> events = rest(beginning, selection, filter).stream()
                .filter(entry -> entry instanceof Event)
                .filter(predicate)
                .toList();
        return events.size() < count
                ? beginning
                : justBefore(events.get(events.size() - count).id());
    }

    /// The cursor of the last operation before an id, in any channel.
    private Cursor justBefore(Cursor id) {
        Cursor before = new Cursor(head.epoch(), 0);
        for (Item item : items) if (item.id.isBefore(id)) before = item.id;
        return before;
    }

    private Cursor before(List<Entry> entries, Predicate<Entry> predicate) {
        return entries.stream()
                .filter(predicate)
                .findFirst()
                .map(entry -> justBefore(entry.id()))
                .orElse(head);
    }

    /// A channel as it is now.
    public ChannelState state(ChannelName channel) {
        Cursor latest = null;
        Cursor earliest = null;
        Cursor end = null;
        long events = 0;
        long bytes = 0;
        long timeMs = 0;
        for (Item item : kept(item -> item.channel.equals(channel))) {
            timeMs = item.entry.timeMs();
            bytes += data(item.entry);
            if (item.entry instanceof Event) {
                latest = item.id;
                if (earliest == null) earliest = item.id;
                events++;
            } else {
                end = item.id;
            }
        }
        return new ChannelState(channel, latest, earliest, end, events, bytes, timeMs);
    }

    /// Channels that keep entries.
    public List<ChannelState> states() {
        return channelsEver().stream()
                .filter(channel -> !channel.isReserved())
                .map(this::state)
                .filter(state -> state.timeMs() > 0)
                .toList();
    }

    /// The channels with appends or deletions after a cursor.
    public SortedSet<ChannelName> changedSince(Cursor cursor) {
        SortedSet<ChannelName> changed = new TreeSet<>();
        for (Item item : items) if (item.id.compareTo(cursor) > 0) changed.add(item.channel);
        return changed;
    }

    /// All ids ever assigned, in order.
    public List<Cursor> ids() {
        return items.stream().map(item -> item.id).toList();
    }

    private SortedSet<ChannelName> channelsEver() {
        SortedSet<ChannelName> channels = new TreeSet<>();
        for (Item item : items) channels.add(item.channel);
        return channels;
    }

    private List<Item> kept(Predicate<Item> predicate) {
        List<Item> kept = new ArrayList<>();
        for (Item item : items) if (item.isKept() && predicate.test(item)) kept.add(item);
        return kept;
    }
}
