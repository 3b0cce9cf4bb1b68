package dev.sluice.server.order;

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
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What a subscriber must be told, as the model has it, held against what it is told. Fails at the first thing that is
/// missing, repeated, out of order or not to be there. The log must not change while it is asked.
final class Follower {
    private static final Selection EVERYTHING = Selection.of("**", "$own/**");

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

    /// As far as the loss goes that it is about to be told of, where there is a later one that it did not see.
    private @Nullable Cursor lostUpTo;

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
        way = by;
        return ask(due -> {
            came = "";
            lostUpTo = null;
            isLost = false;
            beginsAnywhere = true;
            owesBeginning = !way.isPoll();
            snapshotTo = null;
            switch (from) {
                case From.Resume(String text) -> resume(due, text);
                case From.At(Start start) -> locate(due, start);
                case From.Snapshot() -> {
                    locate(due, new Start.Earliest());
                    snapshotTo = chronicle.head();
                }
            }
            sure = at.cursor();
            boolean isGap = isLost || missing(due) != null;
            if (isGap) return wish.gapFails() ? Beginning.REFUSED_FOR_GAP : Beginning.STREAM;
            return due.haveEnded(at.cursor()) ? Beginning.EVERYTHING_ENDED : Beginning.STREAM;
        });
    }

    private void resume(Due due, String text) {
        came = text;
        Cursor cursor = Cursor.parse(text).orElse(null);
        isLost = cursor == null || !chronicle.knows(cursor.epoch());
        beginsAnywhere = false;
        if (!isLost) at = due.model().at(cursor);
        else begins(due, due.model().locate(new Start.Earliest(), EVERYTHING, Filter.NONE), EVERYTHING);
    }

    private void locate(Due due, Start start) {
        begins(due, due.model().locate(start, wish.selection(), Filter.types(wish.types())), wish.selection());
    }

    /// The model says a place with the same behind it; the log's is just before the first entry there.
    private void begins(Due due, Cursor place, Selection selection) {
        List<Entry> behind = due.model().rest(place, selection, Filter.NONE);
        first = behind.isEmpty() ? null : behind.getFirst();
        at = due.model().knowing(first == null ? chronicle.head() : place);
    }

    /// Whether the client has had everything that is there for it.
    boolean isCaughtUp() {
        return ask(due -> !isLost
                && !owesBeginning
                && missing(due) == null
                && next(due) == null
                && !(way == Way.LONG_POLL && due.haveEnded(chronicle.head())));
    }

    /// Whether something is missing that the client has not been told of.
    boolean isGapDue() {
        return ask(due -> isLost || missing(due) != null);
    }

    /// Whether all its channels have ended and it knows.
    boolean hasEnded() {
        return ask(due -> due.haveEnded(at.cursor()));
    }

    private <T> T ask(Function<Due, T> question) {
        return chronicle.ask(model -> question.apply(new Due(model, wish, way, chronicle.head())));
    }

    Cursor cursor() {
        return at.cursor();
    }

    /// Every event loop has had its turn since something happened last: a reader that has heard everything is at the
    /// head. (Whoever waits for an answer may not have come yet, and may be told of a gap behind it all the same.)
    void settled() {
        if (isCaughtUp()) sure = chronicle.head();
    }

    private LogModel.@Nullable Missing missing(Due due) {
        return due.missing(sure, at.known());
    }

    private @Nullable Entry next(Due due) {
        return due.next(at.cursor(), snapshotTo);
    }

    private void moved(Cursor to) {
        at = new LogModel.Reader(to, at.known());
        sure = Cursor.later(sure, to);
    }

    /// The client is told something.
    void told(Seen seen) {
        ask(due -> {
            switch (seen) {
                case Seen.Opened(String begin) -> {
                    if (begin != null) opened(due, begin);
                }
                case Seen.Gap gap -> gap(due, gap);
                case Seen.At(String cursor) -> at(due, Seen.place(cursor));
                case Seen.Envelope(var event) ->
                    event(due, Seen.text(event, "id"), joined -> Told.checkEnvelope(joined, event));
                case Seen.Raw raw -> event(due, raw.id(), joined -> Told.checkRaw(joined, raw));
                case Seen.Closed closed -> closed(due, closed);
                case Seen.Answered answer -> answered(due, answer);
                case Seen.End _ -> check(due.haveEnded(at.cursor()), "its end", seen);
                case Seen.Refused _, Seen.NothingLeft _, Seen.Cut _ -> throw new AssertionError("was told " + seen);
            }
            return null;
        });
    }

    /// The answer's header: the place that it begins at, behind a gap if there is one.
    private void opened(Due due, String text) {
        Cursor begin = Seen.place(text);
        if (isLost) {
            check(due.isJustBefore(begin, first), "to begin with the oldest", text);
            return;
        }
        LogModel.Missing missing = due.missing(at.cursor(), at.known());
        // Whoever waits for an answer may have come before what is missing.
        boolean cameBefore = way == Way.LONG_POLL && begin.equals(at.cursor());
        if (missing == null || cameBefore) {
            begins(due, begin);
            return;
        }
        Cursor resume = missing.resume().cursor();
        // Or between two losses of one write: by its channel's rule, then by the limit of all.
        boolean cameBetween = way == Way.LONG_POLL && at.cursor().isBefore(begin) && begin.isBefore(resume);
        check(cameBetween || begin.equals(resume), missing, text);
        lostUpTo = cameBetween ? begin : null;
    }

    private void begins(Due due, Cursor begin) {
        if (beginsAnywhere) {
            check(due.isBeginning(begin, first), "to begin just before " + first, begin);
            at = new LogModel.Reader(begin, at.known());
            sure = begin;
            beginsAnywhere = false;
        } else {
            check(begin.equals(at.cursor()), "to begin at " + at, begin);
        }
        if (!owesBeginning) came = null;
    }

    private void gap(Due due, Seen.Gap gap) {
        Cursor resume = Seen.place(gap.resume());
        if (isLost) {
            check(gap.reason().equals("epoch") && gap.after().equals(came), "a gap 'epoch' after " + came, gap);
            check(due.isJustBefore(resume, first), "to go on with the oldest", gap);
            isLost = false;
        } else {
            // A reader that is told in the middle has come on with the log, past what is not for it.
            Cursor after = Seen.place(gap.after());
            check(came == null || came.equals(gap.after()), "a gap after " + came, gap);
            if (came == null) passes(due, after, gap);
            LogModel.Missing missing = due.missing(after, at.known());
            check(missing != null && (way.isPoll() || missing(due) != null), "no gap at " + sure, gap);
            Gap expected = missing.gap();
            check(resume.equals(lostUpTo == null ? expected.resume() : lostUpTo), expected, gap);
            check(gap.reason().equals(expected.reason().name().toLowerCase(Locale.ROOT)), expected, gap);
        }
        came = null;
        beginsAnywhere = false;
        at = lostUpTo == null ? due.model().knowing(resume) : new LogModel.Reader(resume, at.known());
        sure = resume;
        lostUpTo = null;
    }

    private void at(Due due, Cursor place) {
        check(!isLost, "a gap first", place);
        if (owesBeginning && came != null) {
            check(missing(due) == null, "a gap first", place);
            begins(due, place);
            came = null;
        } else {
            // A heartbeat may have been under way when a gap came to be; past that it can't lead.
            boolean isDue = missing(due) != null;
            check(!isDue || due.missing(Cursor.later(sure, place), at.known()) != null, "a gap first", place);
            passes(due, place, place);
        }
        owesBeginning = false;
    }

    /// The cursor moves on over nothing that the client should hear of.
    private void passes(Due due, Cursor to, Object seen) {
        check(!to.isBefore(at.cursor()) && !chronicle.head().isBefore(to), "no way back from " + at, seen);
        for (Entry entry : due.rest(at.cursor(), snapshotTo)) {
            if (to.isBefore(entry.id())) break;
            boolean isSilent =
                    due.isUnheard(entry) || (way == Way.SSE_RAW && entry instanceof Event event && event.isForgotten());
            check(isSilent, entry, seen);
        }
        moved(to);
    }

    private void event(Due due, String id, Consumer<List<Event>> content) {
        checkBegun(due, id);
        List<Event> parts = new ArrayList<>();
        for (Entry entry : due.rest(at.cursor(), snapshotTo)) {
            boolean isThis = entry.id().text().equals(id);
            if (!isThis && due.isUnheard(entry)) continue;
            check(entry instanceof Event && (isThis || wish.coalesce()), entry, id);
            parts.add((Event) entry);
            if (!isThis) continue;
            content.accept(parts);
            moved(entry.id());
            return;
        }
        throw new AssertionError("event " + id + " is not one to come behind " + at);
    }

    private void checkBegun(Due due, Object seen) {
        check(came == null && !owesBeginning, "the beginning first", seen);
        LogModel.Missing missing = missing(due);
        check(missing == null, missing, seen);
    }

    private void closed(Due due, Seen.Closed closed) {
        checkBegun(due, closed);
        Entry next = next(due);
        boolean isThis = next instanceof End end
                && end.id().text().equals(closed.cursor())
                && end.channel().value().equals(closed.channel());
        check(isThis, next, closed);
        moved(next.id());
    }

    private void answered(Due due, Seen.Answered answer) {
        check(!isLost && came == null, "a gap or the beginning first", answer);
        passes(due, Seen.place(answer.cursor()), answer);
        if (answer.more()) {
            check(next(due) != null || missing(due) != null, "no more", answer);
            return;
        }
        check(answer.closed() == due.haveEnded(at.cursor()), "closed where all have ended", answer);
        if (way == Way.LONG_POLL) return; // Answered as soon as there was something: more may have come.
        check(at.cursor().equals(chronicle.head()), "the head " + chronicle.head(), answer);
        check(missing(due) == null, "a gap, or more", answer);
    }

    private static void check(boolean holds, @Nullable Object expected, Object seen) {
        if (!holds) throw new AssertionError("expected " + expected + ", was told " + seen);
    }
}
