package dev.sluice.core.history;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.delivery.stream.SubscriptionSpec.From;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Event;
import dev.sluice.core.history.Violation.Kind;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.GapReason;
import dev.sluice.core.log.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Checks everything a reader received over all its connections against the whole history: each selected event once,
/// in the log's order; for a missing event a gap before it was passed, for a real loss that had not been reported to
/// the reader yet. Each call is what the reader received next, at [#moment].
public final class ReaderChecker {
    private final History history;
    private final SubscriptionSpec spec;

    /// The cursor after the last observation.
    private Cursor at;

    // Of the current connection.
    private From from;
    private boolean reportsEnds;
    private boolean isRaw;
    private long before;
    private Cursor head;
    private boolean hasStarted;
    private @Nullable Cursor header;

    /// Moments up to which the reader knows of losses: at least, and at most.
    private long knownLeast;

    private long knownMost;

    /// The moment up to which entries were skipped, and said to be, since the reader was too slow.
    private long skipped;

    private @Nullable Cursor snapshotTo;
    private long moment;

    public ReaderChecker(History history, SubscriptionSpec spec) {
        this.history = history;
        this.spec = spec;
        this.from = spec.from();
        this.at = history.all().isEmpty()
                ? new Cursor(new Epoch("none"), 0)
                : history.all().getLast().entry.id();
        this.head = at;
    }

    /// The reader connects.
    ///
    /// @param reportsEnds whether it is told of each channel's end
    /// @param isRaw       whether it gets data alone, with LF line ends, and nothing for an event without data
    /// @param before      the log's moment before
    /// @param head        the log's head before
    public void connected(From from, boolean reportsEnds, boolean isRaw, long before, Cursor head) {
        this.from = from;
        this.reportsEnds = reportsEnds;
        this.isRaw = isRaw;
        this.before = before;
        this.head = head;
        hasStarted = false;
        header = null;
        knownLeast = 0;
        knownMost = 0;
        if (from instanceof From.Resume(String text)) at = Cursor.parse(text).orElseThrow();
    }

    /// What follows was received by this moment of the log.
    public void moment(long now) {
        moment = now;
    }

    /// It receives the newest event of each key up to a cursor, and all that follow.
    public void snapshotTo(Cursor cursor) {
        snapshotTo = cursor;
    }

    /// Where the reader is.
    public Cursor at() {
        return at;
    }

    /// The answer begins.
    ///
    /// @param start the cursor in its header; null if it has none
    public void opened(@Nullable Cursor start) {
        if (!hasStarted) header = start;
    }

    /// A cursor without an event: at the start, or in a heartbeat.
    public void cursor(Cursor cursor) {
        if (!hasStarted) startAt(cursor);
        advance(cursor, true);
    }

    /// The end of a channel.
    public void closed(String channel, Cursor cursor) {
        startAtHeader();
        Fact fact = history.at(cursor);
        check(
                fact.entry instanceof End && fact.entry.channel().value().equals(channel),
                Kind.SEEN_BUT_NOT_IN_LOG,
                "received the end of " + channel + " at " + fact.entry);
        advance(cursor, false);
    }

    /// The end of a poll's answer.
    public void answered(Cursor cursor, boolean closed) {
        startAtHeader();
        advance(cursor, true);
        if (closed) ended();
    }

    /// The server ended the connection without a reason.
    public void cut() {
        check(isTorn(), Kind.ENDED_TOO_EARLY, "was disconnected without a reason");
    }

    /// Whether the event that the reader may have been in the middle of is gone.
    private boolean isTorn() {
        for (Fact fact : history.after(at)) {
            // An entry whose loss was surely reported can't be half delivered; any other may have gone while the gap
            // was in flight.
            if (!isDue(fact) || fact.isGone(knownLeast)) continue;
            if (fact.isGone(moment) || (fact.forgotten != 0 && fact.forgotten <= moment)) return true;
            if (!spec.conflate() && !spec.coalesce()) return false; // Otherwise it may be one of the next.
        }
        return false;
    }

    private void startAtHeader() {
        if (hasStarted) return;
        if (header == null) throw new Violation(Kind.WRONG_START, "starts without a starting cursor");
        startAt(header);
    }

    /// The starting cursor is known to a reader that resumes, and resolved for a new one.
    private void startAt(Cursor begin) {
        hasStarted = true;
        boolean isNew = !(from instanceof From.Resume);
        check(header == null || header.equals(begin) || isNew, Kind.WRONG_START, "starts at " + begin);
        check(isNew || begin.equals(at), Kind.WRONG_START, "starts at " + begin);
        if (!isNew) return;
        at = begin;
        if (from instanceof From.At(Start.Latest _)) {
            check(!begin.isBefore(head), Kind.WRONG_START, "starts before " + head);
            return;
        }
        knownMost = moment; // A start at the oldest entry knows of everything dropped so far.
        for (Fact fact : history.upTo(begin)) {
            check(
                    !isDue(fact) || fact.isGone(moment) || isLeftOutOfSnapshot(fact),
                    Kind.WRONG_START,
                    "starts after " + fact.entry);
        }
    }

    public void gap(Cursor after, Cursor resume, GapReason reason) {
        if (!hasStarted) {
            if (!(from instanceof From.Resume)) startAt(after);
            // A long poll starts where it was asked to; all others start after the gap.
            check(
                    header == null || header.equals(resume) || header.equals(at),
                    Kind.WRONG_START,
                    "starts at " + header);
            check(at.equals(header) || after.equals(at), Kind.WRONG_START, "received a gap after another cursor");
            hasStarted = true;
        }
        check(
                !after.isBefore(at) && !resume.isBefore(after),
                Kind.CURSOR_WENT_BACK,
                "received a gap from " + after + " to " + resume);
        advance(after, true);
        knownMost = moment;
        if (reason == GapReason.SKIPPED) { // Ends of channels within the gap still follow.
            skipped = moment;
        } else {
            long cause = cause(after, reason == GapReason.DELETED);
            check(cause > 0, Kind.GAP_WITHOUT_LOSS, "received a gap without a loss");
            for (Fact fact : history.between(after, resume)) {
                check(!isSelected(fact) || fact.isGone(moment), Kind.GAP_TOO_LARGE, "skips " + fact.entry);
            }
            knownLeast = Math.max(knownLeast, cause);
            at = resume;
        }
    }

    /// The earliest moment of a loss that was not reported to the reader; 0 if there is none.
    private long cause(Cursor after, boolean isDeletion) {
        long cause = Long.MAX_VALUE;
        for (Fact fact : history.all()) {
            boolean counts = isSelected(fact) && after.isBefore(fact.entry.id()) && fact.deleted == isDeletion;
            if (counts && fact.isGone(moment) && fact.dropped > knownLeast) cause = Math.min(cause, fact.dropped);
        }
        for (History.Deletion deletion : history.deletions()) {
            boolean counts =
                    isDeletion && spec.selection().matches(deletion.channel()) && after.isBefore(deletion.at());
            if (counts && deletion.moment() <= moment && deletion.moment() > knownLeast) {
                cause = Math.min(cause, deletion.moment());
            }
        }
        return cause == Long.MAX_VALUE ? 0 : cause;
    }

    /// The reader advances to a cursor: entries on the way that it did not receive were reported as missing, or
    /// are optional.
    private void advance(Cursor to, boolean withoutEvent) {
        check(!to.isBefore(at), Kind.CURSOR_WENT_BACK, "goes back to " + to);
        for (Fact fact : history.between(at, to)) {
            if (!withoutEvent && fact.entry.id().equals(to)) continue;
            boolean isRawAndForgotten = isRaw && fact.forgotten != 0 && fact.forgotten <= moment;
            check(isExcused(fact) || isRawAndForgotten, Kind.NOT_SEEN, "skips " + fact.entry + " without a gap");
        }
        at = to;
    }

    private boolean isExcused(Fact fact) {
        if (!isDue(fact) || fact.isGone(knownMost) || fact.placed <= skipped) return true;
        return (spec.conflate() && isSuperseded(fact)) || isLeftOutOfSnapshot(fact);
    }

    private boolean isLeftOutOfSnapshot(Fact fact) {
        boolean isInSnapshot = snapshotTo != null && !snapshotTo.isBefore(fact.entry.id());
        return isInSnapshot
                && fact.entry instanceof Event event
                && (event.key() == null || event.isKeyEnd() || isSuperseded(fact));
    }

    private boolean isSuperseded(Fact fact) {
        return history.after(fact.entry.id()).stream()
                .anyMatch(later -> later.placed <= moment && supersedes(later, fact));
    }

    private static boolean supersedes(Fact later, Fact earlier) {
        return earlier.entry instanceof Event old
                && later.entry instanceof Event event
                && old.key() != null
                && old.key().equals(event.key())
                && old.type().equals(event.type())
                && old.channel().equals(event.channel());
    }

    private boolean isSelected(Fact fact) {
        return spec.selection().matches(fact.entry.channel());
    }

    private boolean isDue(Fact fact) {
        if (!isSelected(fact)) return false;
        if (fact.entry instanceof Event event)
            return spec.types().isEmpty() || spec.types().contains(event.type());
        return reportsEnds;
    }

    /// An event.
    ///
    /// @param text        its text, if several events may have been joined
    /// @param withoutData whether it came without data
    /// @return the delivered event, preceded by those joined with it, each in its state at that time
    public List<Event> event(Cursor id, @Nullable String text, boolean withoutData) {
        startAtHeader();
        Fact fact = history.at(id);
        check(fact.entry instanceof Event && isDue(fact), Kind.NOT_SELECTED, "received " + fact.entry);
        check(at.isBefore(id), Kind.SEEN_AGAIN, "received again " + fact.entry);
        check(mayStillBeThere(fact), Kind.SEEN_BUT_GONE, "received an entry that was gone: " + fact.entry);
        boolean isForgotten = withoutData && !isKeyEndAlone((Event) fact.entry);
        if (isForgotten)
            check(
                    fact.forgotten != 0 && fact.forgotten <= moment,
                    Kind.DATA_MISSING,
                    "did not receive the data of " + fact.entry);
        else check(mayStillHaveData(fact), Kind.SEEN_BUT_GONE, "received the deleted data of " + fact.entry);
        List<Event> parts = new ArrayList<>();
        parts.add(isForgotten ? ((Event) fact.entry).forgotten() : (Event) fact.entry);
        boolean mayJoin = spec.coalesce() && text != null && !isForgotten;
        int left = mayJoin ? text.length() - text((Event) fact.entry).length() : 0;
        // The nearest first: an event published again after a deletion has an equal one further away, which is gone.
        for (Fact each : history.between(at, id).reversed()) {
            if (each == fact) continue;
            String own = each.entry instanceof Event event ? text(event) : "";
            int begin = left - own.length();
            boolean isPart = begin >= 0 && !own.isEmpty() && text.startsWith(own, begin);
            if (isPart && isDue(each) && mayStillBeThere(each) && mayStillHaveData(each)) {
                parts.addFirst((Event) each.entry);
                left = begin;
            } else {
                check(
                        isExcused(each) || isAlikeAndEmpty(each, fact),
                        Kind.NOT_SEEN,
                        "skips " + each.entry + " for " + fact.entry);
            }
        }
        at = id;
        return parts;
    }

    private static boolean isKeyEndAlone(Event event) {
        return event.isKeyEnd() && event.content().bytes().length == 0;
    }

    /// Raw text, which carries no cursor: the data of the events after the reader's start, up to any byte.
    public void text(From from, String text) {
        StringBuilder expected = new StringBuilder();
        List<Fact> rest = from instanceof From.Resume(String after)
                ? history.after(Cursor.parse(after).orElseThrow())
                : history.all();
        for (Fact fact : rest)
            if (isDue(fact) && fact.entry instanceof Event event) expected.append(Contents.data(event));
        check(expected.indexOf(text) == 0, Kind.SEEN_BUT_NOT_IN_LOG, "received " + text + " from " + from);
    }

    /// Checks that the data received is that of the events.
    public static void checkText(List<Event> parts, String text) {
        StringBuilder expected = new StringBuilder();
        for (Event each : parts) expected.append(Contents.data(each));
        check(
                text.contentEquals(expected),
                Kind.SEEN_BUT_NOT_IN_LOG,
                "received " + text + " instead of " + expected + " for " + parts.getLast());
    }

    /// Whether the entry may still have existed when this connection began.
    private boolean mayStillBeThere(Fact fact) {
        return fact.dropped == 0 || fact.dropped >= before;
    }

    private boolean mayStillHaveData(Fact fact) {
        return fact.forgotten == 0 || fact.forgotten >= before;
    }

    private boolean isAlikeAndEmpty(Fact first, Fact second) {
        return spec.coalesce()
                && first.entry instanceof Event event
                && second.entry instanceof Event next
                && event.content().bytes().length == 0
                && event.content().kind() == ContentKind.TEXT
                && !event.isKeyEnd()
                && event.channel().equals(next.channel())
                && event.type().equals(next.type())
                && Objects.equals(event.key(), next.key());
    }

    /// The text as this connection's kind of client receives it.
    private String text(Event event) {
        String text = Contents.data(event);
        return isRaw ? text.replace("\r\n", "\n").replace('\r', '\n') : text;
    }

    /// All its channels have ended, and the reader received their ends.
    public void ended() {
        check(spec.selection().isNamed(), Kind.ENDED_TOO_EARLY, "ends despite a wildcard");
        for (ChannelName name : spec.selection().names()) {
            boolean has = history.all().stream()
                    .anyMatch(fact -> fact.entry instanceof End
                            && fact.entry.channel().equals(name)
                            && !at.isBefore(fact.entry.id())
                            && !fact.isGone(before - 1));
            check(has, Kind.ENDED_TOO_EARLY, "ends without the end of " + name);
        }
    }

    private static void check(boolean holds, Kind kind, String otherwise) {
        if (!holds) throw new Violation(kind, "the reader " + otherwise);
    }
}
