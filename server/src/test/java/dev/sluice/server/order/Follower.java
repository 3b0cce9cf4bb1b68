package dev.sluice.server.order;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Subscription.From;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Start;
import dev.sluice.core.model.LogModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a subscriber must be told, as the model has it, held against what it is told. Fails at the first thing that is
/// missing, repeated, out of order or not to be there. The log must not change while it is asked.
final class Follower {
    private final Chronicle chronicle;
    private final Wish wish;
    private Way way;

    /// The last place that the client was told, and what it knows of.
    private LogModel.Reader at;

    /// How far the server has come with it at least: past what a filter leaves out it comes without a word.
    private Cursor sure;

    private @Nullable Cursor snapshotTo;

    /// What the client came with, until it has been told where it begins.
    private @Nullable String came;

    /// Whether what it came with is of another log.
    private boolean isLost;

    /// Just before this it must begin, where it did not say itself; null: at the head.
    private @Nullable Entry first;

    private boolean beginsAnywhere;

    /// Whether it is still to be told where it begins. The answer to a poll, which may be long in coming, begins with
    /// that.
    private boolean owesBeginning;

    Follower(Chronicle chronicle, Wish wish) {
        this.chronicle = chronicle;
        this.wish = wish;
        this.way = Way.POLL;
        this.sure = chronicle.head();
        this.at = new LogModel.Reader(sure, 0);
    }

    /// How an answer must begin.
    enum Beginning {
        STREAM,
        REFUSED_FOR_GAP,
        EVERYTHING_ENDED
    }

    /// A connection is made.
    Beginning begin(From from, Way by) {
        return chronicle.ask(model -> {
            way = by;
            came = "";
            isLost = false;
            beginsAnywhere = true;
            owesBeginning = !by.isPoll();
            snapshotTo = null;
            switch (from) {
                case From.Resume(String text) -> resume(model, text);
                case From.At(Start start) -> locate(model, start);
                case From.Snapshot() -> {
                    locate(model, new Start.Earliest());
                    snapshotTo = chronicle.head();
                }
            }
            sure = at.cursor();
            boolean isGap = isLost || missing(model) != null;
            if (isGap) return wish.gapFails() ? Beginning.REFUSED_FOR_GAP : Beginning.STREAM;
            return hasEnded(model) ? Beginning.EVERYTHING_ENDED : Beginning.STREAM;
        });
    }

    private void resume(LogModel model, String text) {
        came = text;
        Cursor cursor = Cursor.parse(text).orElse(null);
        isLost = cursor == null || !cursor.epoch().equals(chronicle.head().epoch());
        beginsAnywhere = false;
        if (!isLost) at = model.at(cursor);
        else
            begins(
                    model,
                    model.locate(new Start.Earliest(), Selection.of("**", "$own/**"), Filter.NONE),
                    Selection.of("**", "$own/**"));
    }

    private void locate(LogModel model, Start start) {
        begins(model, model.locate(start, wish.selection(), Filter.types(wish.types())), wish.selection());
    }

    /// The model says a place with the same behind it; the log's is just before the first entry there.
    private void begins(LogModel model, Cursor place, Selection selection) {
        List<Entry> behind = model.rest(place, selection, Filter.NONE);
        first = behind.isEmpty() ? null : behind.getFirst();
        at = model.knowing(first == null ? chronicle.head() : place);
    }

    /// Whether the client has had everything that is there for it.
    boolean isCaughtUp() {
        return chronicle.ask(model -> !isLost
                && !owesBeginning
                && missing(model) == null
                && loud(model) == null
                && !(way == Way.LONG_POLL && haveEnded(model, chronicle.head())));
    }

    /// Whether something is missing that the client has not been told of.
    boolean isGapDue() {
        return chronicle.ask(model -> isLost || missing(model) != null);
    }

    /// Whether all its channels have ended and it knows.
    boolean hasEnded() {
        return chronicle.ask(this::hasEnded);
    }

    Cursor cursor() {
        return at.cursor();
    }

    /// Every event loop has had its turn since something happened last: a reader that has heard everything is at the
    /// head. (Whoever waits for an answer may not have come yet, and may be told of a gap behind it all the same.)
    void settled() {
        if (isCaughtUp()) sure = chronicle.head();
    }

    private LogModel.@Nullable Missing missing(LogModel model) {
        return model.missing(new LogModel.Reader(sure, at.known()), wish.selection());
    }

    private void moved(Cursor to) {
        at = new LogModel.Reader(to, at.known());
        sure = Cursor.later(sure, to);
    }

    /// The client is told something.
    void told(Seen seen) {
        chronicle.ask(model -> {
            switch (seen) {
                case Seen.Opened(String begin) -> {
                    if (begin != null) opened(model, begin);
                }
                case Seen.Gap gap -> gap(model, gap);
                case Seen.At(String cursor) -> at(model, Seen.place(cursor));
                case Seen.Envelope(var event) ->
                    event(model, Seen.text(event, "id"), joined -> Told.checkEnvelope(joined, event));
                case Seen.Raw raw -> event(model, raw.id(), joined -> Told.checkRaw(joined, raw));
                case Seen.Closed closed -> closed(model, closed);
                case Seen.Answered answer -> answered(model, answer);
                case Seen.End _ -> check(hasEnded(model), "its end", seen);
                case Seen.Refused _, Seen.NothingLeft _, Seen.Cut _ -> throw new AssertionError("was told " + seen);
            }
            return null;
        });
    }

    /// The answer's header: the place that it begins at, behind a gap if there is one.
    private void opened(LogModel model, String text) {
        Cursor begin = Seen.place(text);
        if (isLost) {
            check(isJustBefore(model, begin), "to begin with the oldest", text);
            return;
        }
        LogModel.Missing missing = model.missing(at, wish.selection());
        // Whoever waits for an answer may have come before what is missing.
        boolean cameBefore = way == Way.LONG_POLL && begin.equals(at.cursor());
        if (missing == null || cameBefore) begins(model, begin);
        else check(begin.equals(missing.resume().cursor()), missing, text);
    }

    private void begins(LogModel model, Cursor begin) {
        if (beginsAnywhere) {
            check(isJustBefore(model, begin), "to begin just before " + first, begin);
            at = new LogModel.Reader(begin, at.known());
            sure = begin;
            beginsAnywhere = false;
        } else {
            check(begin.equals(at.cursor()), "to begin at " + at, begin);
        }
        if (!owesBeginning) came = null;
    }

    private boolean isJustBefore(LogModel model, Cursor place) {
        if (!wish.selection().isNamed() && !isLost) {
            // For patterns the log need not look for the first that matches: any place before it will do.
            List<Entry> behind = model.rest(place, wish.selection(), Filter.NONE);
            boolean isSame = first == null
                    ? behind.isEmpty()
                    : !behind.isEmpty() && behind.getFirst().id().equals(first.id());
            return isSame && !chronicle.head().isBefore(place);
        }
        if (first == null) return place.equals(chronicle.head());
        return place.isBefore(first.id())
                && model.ids().stream().noneMatch(id -> place.isBefore(id) && id.isBefore(first.id()));
    }

    private void gap(LogModel model, Seen.Gap gap) {
        Cursor resume = Seen.place(gap.resume());
        if (isLost) {
            check(gap.reason().equals("epoch") && gap.after().equals(came), "a gap 'epoch' after " + came, gap);
            check(isJustBefore(model, resume), "to go on with the oldest", gap);
            isLost = false;
        } else {
            // A reader that is told in the middle has come on with the log, past what is not for it.
            Cursor after = Seen.place(gap.after());
            check(came == null || came.equals(gap.after()), "a gap after " + came, gap);
            if (came == null) passes(model, after, gap);
            LogModel.Missing missing = model.missing(new LogModel.Reader(after, at.known()), wish.selection());
            check(missing != null && (way.isPoll() || missing(model) != null), "no gap at " + sure, gap);
            Gap expected = missing.gap();
            check(resume.equals(expected.resume()), expected, gap);
            check(gap.reason().equals(expected.reason().name().toLowerCase(Locale.ROOT)), expected, gap);
        }
        came = null;
        beginsAnywhere = false;
        at = model.knowing(resume);
        sure = resume;
    }

    private void at(LogModel model, Cursor place) {
        check(!isLost, "a gap first", place);
        if (owesBeginning && came != null) {
            check(missing(model) == null, "a gap first", place);
            begins(model, place);
            came = null;
        } else {
            // A heartbeat may have been under way when a gap came to be; past that it can't lead.
            boolean isDue = missing(model) != null;
            LogModel.Reader there = new LogModel.Reader(Cursor.later(sure, place), at.known());
            check(!isDue || model.missing(there, wish.selection()) != null, "a gap first", place);
            passes(model, place, place);
        }
        owesBeginning = false;
    }

    /// The cursor moves on over nothing that the client should hear of.
    private void passes(LogModel model, Cursor to, Object seen) {
        check(!to.isBefore(at.cursor()) && !chronicle.head().isBefore(to), "no way back from " + at, seen);
        for (Entry entry : rest(model)) {
            if (to.isBefore(entry.id())) break;
            boolean isSilent = isUnheard(model, entry)
                    || (way == Way.SSE_RAW && entry instanceof Event event && event.isForgotten());
            check(isSilent, entry, seen);
        }
        moved(to);
    }

    private void event(LogModel model, String id, java.util.function.Consumer<List<Event>> content) {
        checkBegun(model, id);
        List<Event> parts = new ArrayList<>();
        for (Entry entry : rest(model)) {
            boolean isThis = entry.id().text().equals(id);
            if (!isThis && isUnheard(model, entry)) continue;
            check(entry instanceof Event && (isThis || wish.coalesce()), entry, id);
            parts.add((Event) entry);
            if (!isThis) continue;
            content.accept(parts);
            moved(entry.id());
            return;
        }
        throw new AssertionError("event " + id + " is not one to come behind " + at);
    }

    private void checkBegun(LogModel model, Object seen) {
        check(came == null && !owesBeginning, "the beginning first", seen);
        LogModel.Missing missing = missing(model);
        check(missing == null, missing, seen);
    }

    private void closed(LogModel model, Seen.Closed closed) {
        checkBegun(model, closed);
        Entry next = loud(model);
        boolean isThis = next instanceof End end
                && end.id().text().equals(closed.cursor())
                && end.channel().value().equals(closed.channel());
        check(isThis, next, closed);
        moved(next.id());
    }

    private void answered(LogModel model, Seen.Answered answer) {
        check(!isLost && came == null, "a gap or the beginning first", answer);
        passes(model, Seen.place(answer.cursor()), answer);
        if (answer.more()) {
            check(loud(model) != null || missing(model) != null, "no more", answer);
            return;
        }
        check(answer.closed() == hasEnded(model), "closed where all have ended", answer);
        if (way == Way.LONG_POLL) return; // Answered as soon as there was something: more may have come.
        check(at.cursor().equals(chronicle.head()), "the head " + chronicle.head(), answer);
        check(missing(model) == null, "a gap, or more", answer);
    }

    /// The next thing that the client must hear of; null: nothing.
    private @Nullable Entry loud(LogModel model) {
        for (Entry entry : rest(model)) if (!isUnheard(model, entry)) return entry;
        return null;
    }

    private List<Entry> rest(LogModel model) {
        return model.rest(at.cursor(), wish.selection(), new Filter(wish.types(), false, snapshotTo));
    }

    /// A poll does not tell of single ends; a conflated reader may miss what has been superseded.
    private boolean isUnheard(LogModel model, Entry entry) {
        if (entry instanceof End) return way.isPoll();
        return wish.conflate()
                && model.rest(entry.id(), Selection.of(entry.channel()), Filter.NONE).stream()
                        .anyMatch(later -> supersedes(later, (Event) entry));
    }

    private static boolean supersedes(Entry later, Event event) {
        return event.key() != null
                && later instanceof Event other
                && event.key().equals(other.key())
                && event.type().equals(other.type());
    }

    /// Whether all channels have ended for a client that is where this one is.
    private boolean hasEnded(LogModel model) {
        return haveEnded(model, at.cursor());
    }

    private boolean haveEnded(LogModel model, Cursor place) {
        if (!wish.selection().isNamed()) return false;
        for (ChannelName name : wish.selection().names()) {
            Cursor end = model.state(name).end();
            if (end == null || place.isBefore(end)) return false;
        }
        return true;
    }

    private static void check(boolean holds, @Nullable Object expected, Object seen) {
        if (!holds) throw new AssertionError("expected " + expected + ", was told " + seen);
    }
}
