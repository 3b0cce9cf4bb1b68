package dev.sluice.server.order;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.SubscriptionSpec.From;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Start;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Checks everything a reader received over all its connections against the whole history: each selected event once,
/// in the log's order; for a missing event a gap before it was passed, for a real loss that had not been reported to
/// the reader yet.
final class HistoryChecker {
    private final History history;
    private final List<RecordingLog.Deletion> deletions;
    private final ReaderSpec spec;
    private ReaderConnection connection;

    /// The cursor after the last observation.
    private Cursor at;

    /// Moments up to which the reader knows of losses: at least, and at most.
    private long knownLeast;

    private long knownMost;
    private boolean hasStarted;
    private @Nullable Cursor header;
    private long moment;

    HistoryChecker(RecordingLog recording, ReaderSpec spec) {
        this.history = new History(recording.facts());
        this.deletions = recording.deletions();
        this.spec = spec;
        this.at = recording.head();
        this.connection = new ReaderConnection(spec.first(), ClientKind.POLL, 0, at);
    }

    void check(List<ReaderConnection> connections) {
        for (ReaderConnection each : connections) {
            connection = each;
            begin();
            for (int i = 0; i < each.observations.size(); i++) {
                moment = each.observations.get(i).moment();
                try {
                    observe(each.observations.get(i).observation());
                } catch (AssertionError wrong) {
                    throw new AssertionError(
                            wrong.getMessage() + ", after " + at + "\n  " + spec + " " + connection
                                    + lastObservations(i),
                            wrong);
                }
            }
        }
    }

    private String lastObservations(int last) {
        StringBuilder text = new StringBuilder();
        for (ReaderConnection.TimedObservation each :
                connection.observations.subList(Math.max(0, last - 6), last + 1)) {
            String line = each.toString();
            text.append("\n  ").append(line, 0, Math.min(line.length(), 300));
        }
        return text.toString();
    }

    private void begin() {
        hasStarted = false;
        header = null;
        knownLeast = 0;
        knownMost = 0;
        if (connection.from instanceof From.Resume(String text)) at = Observation.parseCursor(text);
    }

    private void observe(Observation observation) {
        if (!hasStarted) start(observation);
        switch (observation) {
            case Observation.Opened _ -> {}
            case Observation.At(String cursor) -> advance(Observation.parseCursor(cursor), true);
            case Observation.Gap gap -> gap(gap);
            case Observation.Envelope(var event) -> {
                RecordingLog.Fact fact = history.at(Observation.text(event, "id"));
                boolean hasText = event.has("data") && event.get("data").isString();
                String text = hasText ? Observation.text(event, "data") : null;
                DeliveryCheck.checkEnvelope(parts(fact, text, isForgotten(fact, event)), event);
            }
            case Observation.Raw raw -> DeliveryCheck.checkRaw(parts(history.at(raw.id()), raw.data(), false), raw);
            case Observation.Closed(String channel, String cursor) -> {
                RecordingLog.Fact fact = history.at(cursor);
                check(fact.entry instanceof End && fact.entry.channel().value().equals(channel), fact.entry);
                advance(fact.entry.id(), false);
            }
            case Observation.Answered answer -> {
                advance(Observation.parseCursor(answer.cursor()), true);
                if (answer.closed()) ended();
            }
            case Observation.NothingLeft _, Observation.End _ -> ended();
            case Observation.Cut _ -> {
                if (connection.isCutByServer) check(isTorn(), "was disconnected without a reason");
            }
            case Observation.Refused refused -> throw new AssertionError("was refused: " + refused.problem());
        }
    }

    /// Whether the event that the reader may have been in the middle of is gone.
    private boolean isTorn() {
        for (RecordingLog.Fact fact : history.after(at)) {
            // An entry whose loss was surely reported can't be half delivered; any other may have gone while the gap
            // was in flight.
            if (!isDue(fact) || fact.isGone(knownLeast)) continue;
            if (fact.isGone(moment) || (fact.forgotten != 0 && fact.forgotten <= moment)) return true;
            if (!spec.conflate() && !spec.coalesce()) return false; // Otherwise it may be one of the next.
        }
        return false;
    }

    private static boolean isForgotten(RecordingLog.Fact fact, JsonNode event) {
        Event whole = (Event) fact.entry;
        boolean hasNone = whole.isKeyEnd() && whole.content().bytes().length == 0;
        return event.has("removed") && !event.has("data") && !event.has("data_base64") && !hasNone;
    }

    /// The first observation has the starting cursor: known to a reader that resumes, resolved for a new one.
    private void start(Observation observation) {
        switch (observation) {
            case Observation.Opened(String begin) -> header = begin == null ? null : Observation.parseCursor(begin);
            case Observation.Gap gap -> {
                Cursor after = Observation.parseCursor(gap.after());
                Cursor resume = Observation.parseCursor(gap.resume());
                if (connection.from instanceof From.At) startAt(after);
                // A long poll starts where it was asked to; all others start after the gap.
                check(header == null || header.equals(resume) || header.equals(at), "starts at " + header);
                check(at.equals(header) || after.equals(at), "received a gap after another cursor");
                hasStarted = true;
            }
            case Observation.At(String cursor) -> startAt(Observation.parseCursor(cursor));
            case Observation.NothingLeft _, Observation.End _, Observation.Cut _, Observation.Refused _ -> {}
            case Observation.Envelope _, Observation.Raw _, Observation.Closed _, Observation.Answered _ -> {
                check(header != null, "starts without a starting cursor");
                startAt(header);
            }
        }
    }

    private void startAt(Cursor begin) {
        hasStarted = true;
        check(header == null || header.equals(begin) || connection.from instanceof From.At, "starts at " + begin);
        if (connection.from instanceof From.Resume) {
            check(begin.equals(at), "starts at " + begin);
            return;
        }
        at = begin;
        if (connection.from instanceof From.At(Start.Latest _)) {
            check(!begin.isBefore(connection.head), "starts before " + connection.head);
            return;
        }
        knownMost = moment; // A start at the oldest entry knows of everything dropped so far.
        for (RecordingLog.Fact fact : history.upTo(begin)) {
            check(!isDue(fact) || fact.isGone(moment), "starts after " + fact.entry);
        }
    }

    private void gap(Observation.Gap gap) {
        Cursor after = Observation.parseCursor(gap.after());
        Cursor resume = Observation.parseCursor(gap.resume());
        check(!after.isBefore(at) && !resume.isBefore(after), "received a gap that goes back");
        advance(after, true);
        long cause = cause(after, gap.reason().equals("deleted"));
        check(cause > 0, "received a gap without a loss");
        for (RecordingLog.Fact fact : history.between(after, resume)) {
            check(!isSelected(fact) || fact.isGone(moment), "skips " + fact.entry);
        }
        at = resume;
        knownLeast = Math.max(knownLeast, cause);
        knownMost = moment;
    }

    /// The earliest moment of a loss that was not reported to the reader; 0 if there is none.
    private long cause(Cursor after, boolean isDeletion) {
        long cause = Long.MAX_VALUE;
        for (RecordingLog.Fact fact : history.all()) {
            boolean counts = isSelected(fact) && after.isBefore(fact.entry.id()) && fact.deleted == isDeletion;
            if (counts && fact.isGone(moment) && fact.dropped > knownLeast) cause = Math.min(cause, fact.dropped);
        }
        for (RecordingLog.Deletion deletion : deletions) {
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
        check(!to.isBefore(at), "goes back to " + to);
        for (RecordingLog.Fact fact : history.between(at, to)) {
            if (!withoutEvent && fact.entry.id().equals(to)) continue;
            boolean isRawAndForgotten =
                    connection.kind == ClientKind.SSE_RAW && fact.forgotten != 0 && fact.forgotten <= moment;
            check(isExcused(fact) || isRawAndForgotten, "skips " + fact.entry + " without a gap");
        }
        at = to;
    }

    private boolean isExcused(RecordingLog.Fact fact) {
        if (!isDue(fact) || fact.isGone(knownMost)) return true;
        return spec.conflate()
                && history.all().stream().anyMatch(later -> later.placed <= moment && supersedes(later, fact));
    }

    private static boolean supersedes(RecordingLog.Fact later, RecordingLog.Fact earlier) {
        return earlier.entry instanceof Event old
                && later.entry instanceof Event event
                && old.key() != null
                && old.id().isBefore(event.id())
                && old.key().equals(event.key())
                && old.type().equals(event.type())
                && old.channel().equals(event.channel());
    }

    private boolean isSelected(RecordingLog.Fact fact) {
        return spec.selection().matches(fact.entry.channel());
    }

    private boolean isDue(RecordingLog.Fact fact) {
        if (!isSelected(fact)) return false;
        if (fact.entry instanceof Event event)
            return spec.types().isEmpty() || spec.types().contains(event.type());
        return !connection.kind.isPoll();
    }

    /// The delivered event, preceded by those joined with it, each in its state at that time. Moves the reader
    /// after it.
    ///
    /// @param text the text of all of them, if there may be several
    private List<Event> parts(RecordingLog.Fact fact, @Nullable String text, boolean isForgotten) {
        check(fact.entry instanceof Event && isDue(fact), "received " + fact.entry);
        check(at.isBefore(fact.entry.id()), "received again " + fact.entry);
        check(mayStillBeThere(fact), "received an entry that was gone: " + fact.entry);
        if (isForgotten)
            check(fact.forgotten != 0 && fact.forgotten <= moment, "did not receive the data of " + fact.entry);
        else check(mayStillHaveData(fact), "received the deleted data of " + fact.entry);
        List<Event> parts = new ArrayList<>();
        parts.add(isForgotten ? ((Event) fact.entry).forgotten() : (Event) fact.entry);
        boolean mayJoin = spec.coalesce() && text != null && !isForgotten;
        int left = mayJoin ? text.length() - text((Event) fact.entry).length() : 0;
        // The nearest first: an event published again after a deletion has an equal one further away, which is gone.
        for (RecordingLog.Fact each : history.between(at, fact.entry.id()).reversed()) {
            if (each == fact) continue;
            String own = each.entry instanceof Event event ? text(event) : "";
            int begin = left - own.length();
            boolean isPart = begin >= 0 && !own.isEmpty() && text.startsWith(own, begin);
            if (isPart && isDue(each) && mayStillBeThere(each) && mayStillHaveData(each)) {
                parts.addFirst((Event) each.entry);
                left = begin;
            } else {
                check(isExcused(each) || isAlikeAndEmpty(each, fact), "skips " + each.entry + " for " + fact.entry);
            }
        }
        at = fact.entry.id();
        return parts;
    }

    /// Whether the entry may still have existed when this connection began.
    private boolean mayStillBeThere(RecordingLog.Fact fact) {
        return fact.dropped == 0 || fact.dropped >= connection.before;
    }

    private boolean mayStillHaveData(RecordingLog.Fact fact) {
        return fact.forgotten == 0 || fact.forgotten >= connection.before;
    }

    private boolean isAlikeAndEmpty(RecordingLog.Fact first, RecordingLog.Fact second) {
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
        String text = new String(event.content().bytes(), StandardCharsets.UTF_8);
        return connection.kind == ClientKind.SSE_RAW ? DeliveryCheck.lines(text) : text;
    }

    /// All its channels have ended, and the reader received their ends.
    private void ended() {
        check(spec.selection().isNamed(), "ends despite a wildcard");
        for (ChannelName name : spec.selection().names()) {
            boolean has = history.all().stream()
                    .anyMatch(fact -> fact.entry instanceof End
                            && fact.entry.channel().equals(name)
                            && !at.isBefore(fact.entry.id())
                            && !fact.isGone(connection.before - 1));
            check(has, "ends without the end of " + name);
        }
    }

    private static void check(boolean holds, Object otherwise) {
        if (!holds) throw new AssertionError("the reader " + otherwise);
    }
}
