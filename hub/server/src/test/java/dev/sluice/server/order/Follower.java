package dev.sluice.server.order;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.SubscriptionSpec.From;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.history.RecordingLog;
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

/// Computes from the model what a subscriber must receive, and checks it against what it does receive. Fails at the
/// first observation that is missing, repeated, out of order or unexpected. The log must not change meanwhile.
final class Follower {
    private static final Selection EVERYTHING = Selection.of("**", "$own/**");

    private final RecordingLog recording;
    private final ReaderSpec spec;
    private ClientKind kind;

    /// The last cursor that the client received, and the losses it knows of.
    private LogModel.Reader at;

    /// The least position that the server has reached with it: filtered entries are passed without a message.
    private Cursor confirmed;

    private @Nullable Cursor snapshotTo;

    /// The cursor the client resumes from, until it has received its starting cursor.
    private @Nullable String resumedFrom;

    /// The end of the loss to be reported next, if a later loss is still unreported.
    private @Nullable Cursor lostUpTo;

    /// Whether that cursor is of another log.
    private boolean isLost;

    /// The entry just after the start, unless the client named its start; null for the head.
    private @Nullable Entry first;

    private boolean mayStartAnywhere;

    /// Whether its starting cursor is still due. The answer to a poll, which may be delayed, begins with it.
    private boolean isStartDue;

    Follower(RecordingLog recording, ReaderSpec spec) {
        this.recording = recording;
        this.spec = spec;
        this.kind = ClientKind.POLL;
        this.confirmed = recording.head();
        this.at = new LogModel.Reader(confirmed, 0);
    }

    /// How an answer must start.
    enum ExpectedStart {
        STREAM,
        REFUSED_FOR_GAP,
        EVERYTHING_ENDED
    }

    /// A connection is opened.
    ExpectedStart start(From from, ClientKind next) {
        kind = next;
        return ask(due -> {
            resumedFrom = "";
            lostUpTo = null;
            isLost = false;
            mayStartAnywhere = true;
            isStartDue = !kind.isPoll();
            snapshotTo = null;
            switch (from) {
                case From.Resume(String text) -> resume(due, text);
                case From.Place _ -> throw new IllegalArgumentException("only programs continue at a place");
                case From.At(Start start) -> locate(due, start);
                case From.Snapshot() -> {
                    locate(due, new Start.Earliest());
                    snapshotTo = recording.head();
                }
            }
            confirmed = at.cursor();
            boolean isGap = isLost || missing(due) != null;
            if (isGap) return spec.gapFails() ? ExpectedStart.REFUSED_FOR_GAP : ExpectedStart.STREAM;
            return due.haveEnded(at.cursor()) ? ExpectedStart.EVERYTHING_ENDED : ExpectedStart.STREAM;
        });
    }

    private void resume(ExpectedDelivery due, String text) {
        resumedFrom = text;
        Cursor cursor = Cursor.parse(text).orElse(null);
        isLost = cursor == null || !recording.hasEpoch(cursor.epoch());
        mayStartAnywhere = false;
        if (!isLost) at = due.model().at(cursor);
        else startAt(due, due.model().locate(new Start.Earliest(), EVERYTHING, Filter.NONE), EVERYTHING);
    }

    private void locate(ExpectedDelivery due, Start start) {
        startAt(due, due.model().locate(start, spec.selection(), Filter.types(spec.types())), spec.selection());
    }

    /// The model returns a cursor with the same entries after it; the log's is just before the first of them.
    private void startAt(ExpectedDelivery due, Cursor cursor, Selection selection) {
        List<Entry> rest = due.model().rest(cursor, selection, Filter.NONE);
        first = rest.isEmpty() ? null : rest.getFirst();
        at = due.model().aware(first == null ? recording.head() : cursor);
    }

    /// Whether the client has received everything due.
    boolean isCaughtUp() {
        return ask(due -> !isLost
                && !isStartDue
                && missing(due) == null
                && next(due) == null
                && !(kind == ClientKind.LONG_POLL && due.haveEnded(recording.head())));
    }

    /// Whether a gap is due.
    boolean isGapDue() {
        return ask(due -> isLost || missing(due) != null);
    }

    /// Whether all its channels have ended and it has received that.
    boolean hasEnded() {
        return ask(due -> due.haveEnded(at.cursor()));
    }

    private <T> T ask(Function<ExpectedDelivery, T> question) {
        return recording.ask(model -> question.apply(new ExpectedDelivery(model, spec, kind, recording.head())));
    }

    Cursor cursor() {
        return at.cursor();
    }

    /// Every event loop has run since the last change, so a caught-up reader is at the head. (A long poll may not be
    /// registered yet, and may still receive a gap after it.)
    void settled() {
        if (isCaughtUp()) confirmed = recording.head();
    }

    private LogModel.@Nullable Missing missing(ExpectedDelivery due) {
        return due.missing(confirmed, at.known());
    }

    private @Nullable Entry next(ExpectedDelivery due) {
        return due.next(at.cursor(), snapshotTo);
    }

    private void moveTo(Cursor to) {
        at = new LogModel.Reader(to, at.known());
        confirmed = Cursor.later(confirmed, to);
    }

    /// Checks the client's next observation.
    void observe(Observation observation) {
        ask(due -> {
            switch (observation) {
                case Observation.Opened(String start) -> {
                    if (start != null) opened(due, start);
                }
                case Observation.Gap gap -> gap(due, gap);
                case Observation.At(String cursor) -> at(due, Observation.parseCursor(cursor));
                case Observation.Envelope(var event) ->
                    event(due, Observation.text(event, "id"), joined -> DeliveryCheck.checkEnvelope(joined, event));
                case Observation.Raw raw -> event(due, raw.id(), joined -> DeliveryCheck.checkRaw(joined, raw));
                case Observation.Closed closed -> closed(due, closed);
                case Observation.Answered answer -> answered(due, answer);
                case Observation.End _ -> check(due.haveEnded(at.cursor()), "its end", observation);
                case Observation.Refused _, Observation.NothingLeft _, Observation.Cut _ ->
                    throw new AssertionError("received " + observation);
            }
            return null;
        });
    }

    /// Checks the answer's header: the starting cursor, after a gap if there is one.
    private void opened(ExpectedDelivery due, String text) {
        Cursor start = Observation.parseCursor(text);
        if (isLost) {
            check(due.isJustBefore(start, first), "to start with the oldest", text);
            return;
        }
        LogModel.Missing missing = due.missing(at.cursor(), at.known());
        // A long poll may have been registered before the loss.
        boolean wasBefore = kind == ClientKind.LONG_POLL && start.equals(at.cursor());
        if (missing == null || wasBefore) {
            startAt(due, start);
            return;
        }
        Cursor resume = missing.resume().cursor();
        // Or between two losses of one write: by its channel's retention, then by the limit of the log.
        boolean wasBetween = kind == ClientKind.LONG_POLL && at.cursor().isBefore(start) && start.isBefore(resume);
        check(wasBetween || start.equals(resume), missing, text);
        lostUpTo = wasBetween ? start : null;
    }

    private void startAt(ExpectedDelivery due, Cursor start) {
        if (mayStartAnywhere) {
            check(due.isStart(start, first), "to start just before " + first, start);
            at = new LogModel.Reader(start, at.known());
            confirmed = start;
            mayStartAnywhere = false;
        } else {
            check(start.equals(at.cursor()), "to start at " + at, start);
        }
        if (!isStartDue) resumedFrom = null;
    }

    private void gap(ExpectedDelivery due, Observation.Gap gap) {
        Cursor resume = Observation.parseCursor(gap.resume());
        if (isLost) {
            check(
                    gap.reason().equals("epoch") && gap.after().equals(resumedFrom),
                    "a gap 'epoch' after " + resumedFrom,
                    gap);
            check(due.isJustBefore(resume, first), "to resume with the oldest", gap);
            isLost = false;
        } else {
            // A reader that receives a gap in mid-stream has advanced with the log past entries it does not select.
            Cursor after = Observation.parseCursor(gap.after());
            check(resumedFrom == null || resumedFrom.equals(gap.after()), "a gap after " + resumedFrom, gap);
            if (resumedFrom == null) advance(due, after, gap);
            LogModel.Missing missing = due.missing(after, at.known());
            check(missing != null && (kind.isPoll() || missing(due) != null), "no gap at " + confirmed, gap);
            Gap expected = missing.gap();
            check(resume.equals(lostUpTo == null ? expected.resume() : lostUpTo), expected, gap);
            check(gap.reason().equals(expected.reason().name().toLowerCase(Locale.ROOT)), expected, gap);
        }
        resumedFrom = null;
        mayStartAnywhere = false;
        at = lostUpTo == null ? due.model().aware(resume) : new LogModel.Reader(resume, at.known());
        confirmed = resume;
        lostUpTo = null;
    }

    private void at(ExpectedDelivery due, Cursor cursor) {
        check(!isLost, "a gap first", cursor);
        if (isStartDue && resumedFrom != null) {
            check(missing(due) == null, "a gap first", cursor);
            startAt(due, cursor);
            resumedFrom = null;
        } else {
            // A heartbeat may have been in flight when the loss occurred; it can't lead past the loss.
            boolean isDue = missing(due) != null;
            check(!isDue || due.missing(Cursor.later(confirmed, cursor), at.known()) != null, "a gap first", cursor);
            advance(due, cursor, cursor);
        }
        isStartDue = false;
    }

    /// Advances the cursor; no entry that must be delivered may be passed.
    private void advance(ExpectedDelivery due, Cursor to, Object observation) {
        check(!to.isBefore(at.cursor()) && !recording.head().isBefore(to), "no cursor before " + at, observation);
        for (Entry entry : due.rest(at.cursor(), snapshotTo)) {
            if (to.isBefore(entry.id())) break;
            boolean isSilent = due.isOptional(entry)
                    || (kind == ClientKind.SSE_RAW && entry instanceof Event event && event.isForgotten());
            check(isSilent, entry, observation);
        }
        moveTo(to);
    }

    private void event(ExpectedDelivery due, String id, Consumer<List<Event>> content) {
        checkStarted(due, id);
        List<Event> parts = new ArrayList<>();
        for (Entry entry : due.rest(at.cursor(), snapshotTo)) {
            boolean isThis = entry.id().text().equals(id);
            if (!isThis && due.isOptional(entry)) continue;
            check(entry instanceof Event && (isThis || spec.coalesce()), entry, id);
            parts.add((Event) entry);
            if (!isThis) continue;
            content.accept(parts);
            moveTo(entry.id());
            return;
        }
        throw new AssertionError("event " + id + " must not follow " + at);
    }

    private void checkStarted(ExpectedDelivery due, Object observation) {
        check(resumedFrom == null && !isStartDue, "the starting cursor first", observation);
        LogModel.Missing missing = missing(due);
        check(missing == null, missing, observation);
    }

    private void closed(ExpectedDelivery due, Observation.Closed closed) {
        checkStarted(due, closed);
        Entry next = next(due);
        boolean isThis = next instanceof End end
                && end.id().text().equals(closed.cursor())
                && end.channel().value().equals(closed.channel());
        check(isThis, next, closed);
        moveTo(next.id());
    }

    private void answered(ExpectedDelivery due, Observation.Answered answer) {
        check(!isLost && resumedFrom == null, "a gap or the starting cursor first", answer);
        advance(due, Observation.parseCursor(answer.cursor()), answer);
        if (answer.more()) {
            check(next(due) != null || missing(due) != null, "no more", answer);
            return;
        }
        check(answer.closed() == due.haveEnded(at.cursor()), "closed where all have ended", answer);
        if (kind == ClientKind.LONG_POLL) return; // It is answered by the first event: more may have followed.
        check(at.cursor().equals(recording.head()), "the head " + recording.head(), answer);
        check(missing(due) == null, "a gap, or more", answer);
    }

    private static void check(boolean holds, @Nullable Object expected, Object observation) {
        if (!holds) throw new AssertionError("expected " + expected + ", received " + observation);
    }
}
