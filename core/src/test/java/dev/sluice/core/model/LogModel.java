package dev.sluice.core.model;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Conditions.Idempotency;
import dev.sluice.core.log.Conditions.Newest;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Gap;
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

/// A log as a plain list of everything that ever happened, looked through from the beginning for every
/// question. Slow, and meant to be obviously right. Ids come from the log that it is compared with: it never
/// calculates with them.
///
/// Do to the log first, then the same here, with the ids that the log gave.
public final class LogModel {
    /// An entry, or a deletion (no entry), and when it was dropped. A deletion is gone as soon as it happens.
    private static final class Item {
        final Cursor id;
        final ChannelName channel;

        @Nullable
        Entry entry;

        long goneAt = NEVER;
        boolean deleted;

        Item(Cursor id, ChannelName channel, @Nullable Entry entry) {
            this.id = id;
            this.channel = channel;
            this.entry = entry;
        }

        boolean isKept() {
            return goneAt == NEVER;
        }
    }

    /// A reader: its cursor, and the moment up to which it knows of everything dropped.
    public record Reader(Cursor cursor, long known) {}

    /// What a reader must be told, and how it stands after that.
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
    private final Map<ChannelName, Cursor> passedUpTo = new HashMap<>();
    private Cursor head;
    private long moment;
    private long nowMs;

    /// An empty log.
    ///
    /// @param head       of the log it is compared with
    /// @param entriesMax of all channels; at most 10,000, beyond which the log in memory takes less than a
    ///                   tenth
    /// @param bytesMax   of all channels, with 256 for each entry besides its data; at most 10 MB for the same
    ///                   reason
    public LogModel(Cursor head, Function<ChannelName, Retention> rules, long entriesMax, long bytesMax) {
        this.head = head;
        this.rules = rules;
        this.entriesMax = entriesMax;
        this.bytesMax = bytesMax;
    }

    /// What must become of a publication.
    ///
    /// @param ids what the log gave: one for an event, one for an end, in this order
    public Appended append(Publication publication, long clockMs, Supplier<Cursor> ids) {
        return appendAll(List.of(publication), clockMs, ids).getFirst();
    }

    /// What must become of a batch. What is refused must be known from the log, as the model can't take back.
    public List<Appended> appendAll(List<Publication> publications, long clockMs, Supplier<Cursor> ids) {
        List<Appended> outcomes = new ArrayList<>();
        for (Publication each : publications) outcomes.add(place(each, clockMs, ids));
        for (int i = 0; i < outcomes.size(); i++) {
            if (outcomes.get(i) instanceof Appended.Placed)
                trim(publications.get(i).draft().channel());
        }
        trimAll();
        return outcomes;
    }

    private Appended place(Publication publication, long clockMs, Supplier<Cursor> ids) {
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
            return again ? new Appended.Same(success.id) : new Appended.KeyReused();
        }
        ChannelState state = state(draft.channel());
        if (state.end() != null) return new Appended.Ended(state.end());
        boolean holds = switch (conditions.newest()) {
            case Newest.Any any -> true;
            case Newest.None none -> state.latest() == null;
            case Newest.Is is -> state.latest() != null && state.latest().text().equals(is.id());
        };
        if (!holds) return new Appended.NewestDiffers(state.latest());
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
        return new Appended.Placed(id);
    }

    private Cursor add(Entry entry) {
        items.add(new Item(entry.id(), entry.channel(), entry));
        head = entry.id();
        return head;
    }

    /// Whether there is anything to delete.
    ///
    /// @param id the log's head behind the deletion
    public boolean delete(ChannelName channel, Supplier<Cursor> id) {
        List<Item> kept = kept(item -> item.channel.equals(channel));
        if (kept.isEmpty()) return false;
        head = id.get();
        Item deletion = new Item(head, channel, null);
        kept.add(deletion);
        items.add(deletion);
        moment++;
        for (Item item : kept) {
            item.goneAt = moment;
            item.deleted = true;
        }
        successes.removeIf(success -> success.channel.equals(channel));
        return true;
    }

    /// How many events' data are forgotten: those of a channel that are meant.
    public int forget(ChannelName channel, Predicate<Event> which) {
        int count = 0;
        for (Item item : kept(item -> item.channel.equals(channel))) {
            if (!(item.entry instanceof Event event) || !which.test(event)) continue;
            item.entry = event.forgotten();
            count++;
        }
        return count;
    }

    /// Drops what is too old.
    public void maintain(long clockMs) {
        nowMs = Math.max(nowMs, clockMs);
        for (ChannelName channel : channelsEver()) {
            List<Item> kept = kept(item -> item.channel.equals(channel));
            long maxMs = rules.apply(channel).maxAge().toMillis();
            kept.removeIf(item -> isPassed(item));
            if (kept.isEmpty() || ageMs(kept.getFirst()) <= maxMs + maxMs / 10) continue;
            kept.removeIf(item -> ageMs(item) <= maxMs);
            pass(channel, kept);
        }
    }

    private long ageMs(Item item) {
        return nowMs - item.entry.timeMs();
    }

    private void trim(ChannelName channel) {
        Retention rule = rules.apply(channel);
        List<Item> held = kept(item -> item.channel.equals(channel) && isPassed(item));
        List<Item> kept = kept(item -> item.channel.equals(channel) && !isPassed(item));
        Cursor newest = state(channel).latest();
        long events = kept.stream().filter(item -> item.entry instanceof Event).count();
        long bytes = bytes(kept);
        boolean few = events <= Math.max(withATenth(rule.maxEvents()), withAll(rule.maxEvents(), held.size() / 4));
        boolean small = bytes <= Math.max(withATenth(rule.maxBytes()), withAll(rule.maxBytes(), bytes(held) / 4));
        if (few && small) return;
        List<Item> passed = new ArrayList<>();
        for (Item item : kept) {
            if (events <= rule.maxEvents() && bytes <= rule.maxBytes()) break;
            if (item.entry instanceof End || item.id.equals(newest)) break;
            passed.add(item);
            events--;
            bytes -= bytes(List.of(item));
        }
        pass(channel, passed);
    }

    /// Whether a rule no longer covers it.
    private boolean isPassed(Item item) {
        Cursor upTo = passedUpTo.get(item.channel);
        return upTo != null && item.id.compareTo(upTo) <= 0;
    }

    /// A rule no longer covers these, the oldest that it covered.
    private void pass(ChannelName channel, List<Item> passed) {
        if (passed.isEmpty()) return;
        Retention rule = rules.apply(channel);
        passedUpTo.put(channel, passed.getLast().id);
        List<Item> leaving = kept(item -> item.channel.equals(channel) && isPassed(item));
        List<Item> staying = new ArrayList<>();
        if (rule.keep() == Keep.NEWEST_OF_KEY && !(passed.getLast().entry instanceof End)) {
            for (Item item : leaving) if (isNewestOfKey(item.entry)) staying.add(item);
            while (bytes(staying) > rule.maxBytes()) staying.removeFirst();
            Cursor newest = state(channel).latest();
            boolean any = !staying.isEmpty();
            leaving.removeIf(item -> staying.contains(item) || (any && item.id.equals(newest)));
        }
        // A gap is told again only for something further on, so what lies before waits for that.
        boolean waits = items.stream()
                .anyMatch(item -> item.channel.equals(channel)
                        && !item.isKept()
                        && !leaving.isEmpty()
                        && leaving.getLast().id.isBefore(item.id));
        if (waits) return;
        moment++;
        for (Item item : leaving) item.goneAt = moment;
    }

    private boolean isNewestOfKey(@Nullable Entry entry) {
        return entry instanceof Event event && event.key() != null && !event.isKeyEnd() && !isSuperseded(event);
    }

    private static long withAll(long max, long more) {
        return max > Long.MAX_VALUE / 2 ? max : max + more;
    }

    private void trimAll() {
        List<Item> kept = kept(item -> true);
        long entries = kept.size();
        long bytes = bytes(kept);
        if (entries <= withATenth(entriesMax) && bytes <= withATenth(bytesMax)) return;
        // The last one stays, and with an end the event just before it.
        int stays = kept.size() - 1;
        if (stays > 0 && kept.get(stays).entry instanceof End && kept.get(stays - 1).entry instanceof Event) {
            if (kept.get(stays - 1).channel.equals(kept.get(stays).channel)) stays--;
        }
        moment++;
        for (Item item : kept.subList(0, stays)) {
            if (entries <= entriesMax && bytes <= bytesMax) return;
            item.goneAt = moment;
            entries--;
            bytes -= bytes(List.of(item));
        }
    }

    private static long withATenth(long max) {
        return max > Long.MAX_VALUE / 2 ? max : max + max / 10;
    }

    private static long bytes(List<Item> items) {
        return items.stream().mapToLong(item -> ENTRY_BYTES + data(item.entry)).sum();
    }

    private static long data(@Nullable Entry entry) {
        return entry instanceof Event event ? event.content().bytes().length : 0;
    }

    // What readers ask.

    /// Somebody who comes with a cursor and nothing else.
    public Reader at(Cursor cursor) {
        return new Reader(cursor, 0);
    }

    /// Somebody at a place who knows of everything dropped until now.
    public Reader knowing(Cursor cursor) {
        return new Reader(cursor, moment);
    }

    /// What a reader must be told before anything else; null: nothing.
    public @Nullable Missing missing(Reader reader, Selection selection) {
        List<Item> lost = items.stream()
                .filter(item -> selection.matches(item.channel) && item.id.compareTo(reader.cursor) > 0)
                .filter(item -> !item.isKept() && item.goneAt > reader.known)
                .toList();
        if (lost.isEmpty()) return null;
        Item newest =
                lost.stream().max(Comparator.comparingLong(item -> item.goneAt)).orElseThrow();
        Cursor last = lost.getLast().id;
        List<Entry> rest = rest(reader.cursor, selection, Filter.NONE);
        boolean keptBefore = !rest.isEmpty() && rest.getFirst().id().isBefore(last);
        Cursor resume = keptBefore ? reader.cursor : last;
        Gap.Reason reason = newest.deleted ? Gap.Reason.DELETED : Gap.Reason.TRIMMED;
        return new Missing(new Gap(reader.cursor.text(), resume, reason), knowing(resume));
    }

    /// Everything kept behind a place that the filter lets through.
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

    /// The place from which a reading begins, or one with exactly the same behind it.
    public Cursor locate(Start start, Selection selection, Filter asked) {
        Filter filter = new Filter(asked.types(), asked.conflate(), null);
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

    private Cursor back(Selection selection, Filter filter, Predicate<Entry> which, int count, Cursor wherever) {
        if (count == 0) return wherever;
        Cursor beginning = new Cursor(head.epoch(), 0);
        List<Entry> events = rest(beginning, selection, filter).stream()
                .filter(entry -> entry instanceof Event)
                .filter(which)
                .toList();
        return events.size() < count
                ? beginning
                : justBefore(events.get(events.size() - count).id());
    }

    /// The cursor behind whatever happened before, in any channel.
    private Cursor justBefore(Cursor id) {
        Cursor before = new Cursor(head.epoch(), 0);
        for (Item item : items) if (item.id.isBefore(id)) before = item.id;
        return before;
    }

    private Cursor before(List<Entry> entries, Predicate<Entry> which) {
        return entries.stream()
                .filter(which)
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

    /// Channels with something kept.
    public List<ChannelState> states() {
        return channelsEver().stream()
                .filter(channel -> !channel.isReserved())
                .map(this::state)
                .filter(state -> state.timeMs() > 0)
                .toList();
    }

    /// The channels that had something appended or deleted behind a place.
    public SortedSet<ChannelName> grownSince(Cursor place) {
        SortedSet<ChannelName> grown = new TreeSet<>();
        for (Item item : items) if (item.id.compareTo(place) > 0) grown.add(item.channel);
        return grown;
    }

    /// Everything that ever had an id, in order.
    public List<Cursor> ids() {
        return items.stream().map(item -> item.id).toList();
    }

    private SortedSet<ChannelName> channelsEver() {
        SortedSet<ChannelName> channels = new TreeSet<>();
        for (Item item : items) channels.add(item.channel);
        return channels;
    }

    private List<Item> kept(Predicate<Item> which) {
        List<Item> kept = new ArrayList<>();
        for (Item item : items) if (item.isKept() && which.test(item)) kept.add(item);
        return kept;
    }
}
