package dev.sluice.server.order;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Subscription.From;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Start;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a reader was told over all its visits, held against everything that ever happened: each event of its selection
/// once, in the log's order, and where one is missing a gap told before it was passed, for something that was really
/// dropped by then and that the reader had not been told of.
final class Reckoning {
    private final Facts facts;
    private final List<Chronicle.Deletion> deletions;
    private final Wish wish;
    private Visit visit;

    /// Behind the last thing that was told.
    private Cursor at;

    /// What was dropped by then the reader has been told of, at least, and at most.
    private long knownLeast;

    private long knownMost;
    private boolean hasBegun;
    private @Nullable Cursor header;
    private long moment;

    Reckoning(Chronicle chronicle, Wish wish) {
        this.facts = new Facts(chronicle.facts());
        this.deletions = chronicle.deletions();
        this.wish = wish;
        this.at = chronicle.head();
        this.visit = new Visit(wish.first(), Way.POLL, 0, at);
    }

    void check(List<Visit> visits) {
        for (Visit each : visits) {
            visit = each;
            begin();
            for (int i = 0; i < each.heard.size(); i++) {
                moment = each.heard.get(i).moment();
                try {
                    told(each.heard.get(i).seen());
                } catch (AssertionError wrong) {
                    throw new AssertionError(
                            wrong.getMessage() + ", behind " + at + "\n  " + wish + " " + visit + lastHeard(i), wrong);
                }
            }
        }
    }

    private String lastHeard(int last) {
        StringBuilder heard = new StringBuilder();
        for (Visit.Heard each : visit.heard.subList(Math.max(0, last - 6), last + 1)) {
            String text = each.toString();
            heard.append("\n  ").append(text, 0, Math.min(text.length(), 300));
        }
        return heard.toString();
    }

    private void begin() {
        hasBegun = false;
        header = null;
        knownLeast = 0;
        knownMost = 0;
        if (visit.from instanceof From.Resume(String text)) at = Seen.place(text);
    }

    private void told(Seen seen) {
        if (!hasBegun) starts(seen);
        switch (seen) {
            case Seen.Opened _ -> {}
            case Seen.At(String cursor) -> passes(Seen.place(cursor), true);
            case Seen.Gap gap -> gap(gap);
            case Seen.Envelope(var event) -> {
                Chronicle.Fact fact = facts.at(Seen.text(event, "id"));
                boolean hasText = event.has("data") && event.get("data").isString();
                String text = hasText ? Seen.text(event, "data") : null;
                Told.checkEnvelope(parts(fact, text, isForgotten(fact, event)), event);
            }
            case Seen.Raw raw -> Told.checkRaw(parts(facts.at(raw.id()), raw.data(), false), raw);
            case Seen.Closed(String channel, String cursor) -> {
                Chronicle.Fact fact = facts.at(cursor);
                check(fact.entry instanceof End && fact.entry.channel().value().equals(channel), fact.entry);
                passes(fact.entry.id(), false);
            }
            case Seen.Answered answer -> {
                passes(Seen.place(answer.cursor()), true);
                if (answer.closed()) ended();
            }
            case Seen.NothingLeft _, Seen.End _ -> ended();
            case Seen.Cut _ -> {
                if (visit.isCutByServer) check(isTorn(), "was cut off, and for nothing");
            }
            case Seen.Refused refused -> throw new AssertionError("was refused: " + refused.problem());
        }
    }

    /// Whether the event is gone in the middle of which the reader may have stood.
    private boolean isTorn() {
        for (Chronicle.Fact fact : facts.behind(at)) {
            // What the reader has surely been told of is not begun; else it may have gone while the gap was on its way.
            if (!isWanted(fact) || fact.isGone(knownLeast)) continue;
            if (fact.isGone(moment) || (fact.forgotten != 0 && fact.forgotten <= moment)) return true;
            if (!wish.conflate() && !wish.coalesce()) return false; // Else it may be one of the next.
        }
        return false;
    }

    private static boolean isForgotten(Chronicle.Fact fact, JsonNode event) {
        Event whole = (Event) fact.entry;
        boolean hasNone = whole.isKeyEnd() && whole.content().bytes().length == 0;
        return event.has("removed") && !event.has("data") && !event.has("data_base64") && !hasNone;
    }

    /// The first thing it is told says where it begins: known to whoever came back, found for whoever came first.
    private void starts(Seen seen) {
        switch (seen) {
            case Seen.Opened(String begin) -> header = begin == null ? null : Seen.place(begin);
            case Seen.Gap gap -> {
                Cursor after = Seen.place(gap.after());
                Cursor resume = Seen.place(gap.resume());
                if (visit.from instanceof From.At) begins(after);
                // A poll that waited has begun where it was asked to; all others behind the gap.
                check(header == null || header.equals(resume) || header.equals(at), "begins at " + header);
                check(at.equals(header) || after.equals(at), "is told of a gap behind another place");
                hasBegun = true;
            }
            case Seen.At(String cursor) -> begins(Seen.place(cursor));
            case Seen.NothingLeft _, Seen.End _, Seen.Cut _, Seen.Refused _ -> {}
            case Seen.Envelope _, Seen.Raw _, Seen.Closed _, Seen.Answered _ -> {
                check(header != null, "begins without saying where");
                begins(header);
            }
        }
    }

    private void begins(Cursor begin) {
        hasBegun = true;
        check(header == null || header.equals(begin) || visit.from instanceof From.At, "begins at " + begin);
        if (visit.from instanceof From.Resume) {
            check(begin.equals(at), "begins at " + begin);
            return;
        }
        at = begin;
        if (visit.from instanceof From.At(Start.Latest _)) {
            check(!begin.isBefore(visit.head), "begins before " + visit.head);
            return;
        }
        knownMost = moment; // "The oldest kept" knows of everything dropped so far.
        for (Chronicle.Fact fact : facts.upTo(begin)) {
            check(!isWanted(fact) || fact.isGone(moment), "begins behind " + fact.entry);
        }
    }

    private void gap(Seen.Gap gap) {
        Cursor after = Seen.place(gap.after());
        Cursor resume = Seen.place(gap.resume());
        check(!after.isBefore(at) && !resume.isBefore(after), "a gap backwards");
        passes(after, true);
        long cause = cause(after, gap.reason().equals("deleted"));
        check(cause > 0, "nothing to tell of");
        for (Chronicle.Fact fact : facts.between(after, resume)) {
            check(!isOurs(fact) || fact.isGone(moment), "skips " + fact.entry);
        }
        at = resume;
        knownLeast = Math.max(knownLeast, cause);
        knownMost = moment;
    }

    /// The earliest moment at which something went that the reader had not been told of; 0: nothing did.
    private long cause(Cursor after, boolean isDeletion) {
        long cause = Long.MAX_VALUE;
        for (Chronicle.Fact fact : facts.all()) {
            boolean counts = isOurs(fact) && after.isBefore(fact.entry.id()) && fact.deleted == isDeletion;
            if (counts && fact.isGone(moment) && fact.dropped > knownLeast) cause = Math.min(cause, fact.dropped);
        }
        for (Chronicle.Deletion deletion : deletions) {
            boolean counts =
                    isDeletion && wish.selection().matches(deletion.channel()) && after.isBefore(deletion.at());
            if (counts && deletion.moment() <= moment && deletion.moment() > knownLeast) {
                cause = Math.min(cause, deletion.moment());
            }
        }
        return cause == Long.MAX_VALUE ? 0 : cause;
    }

    /// The reader has come to a place: what it was not told on the way there it was told to be missing, or need not
    /// hear of.
    private void passes(Cursor to, boolean isSilent) {
        check(!to.isBefore(at), "goes back to " + to);
        for (Chronicle.Fact fact : facts.between(at, to)) {
            if (!isSilent && fact.entry.id().equals(to)) continue;
            boolean isRawAndForgotten = visit.way == Way.SSE_RAW && fact.forgotten != 0 && fact.forgotten <= moment;
            check(isExcused(fact) || isRawAndForgotten, "passes " + fact.entry + " in silence");
        }
        at = to;
    }

    private boolean isExcused(Chronicle.Fact fact) {
        if (!isWanted(fact) || fact.isGone(knownMost)) return true;
        return wish.conflate()
                && facts.all().stream().anyMatch(later -> later.placed <= moment && supersedes(later, fact));
    }

    private static boolean supersedes(Chronicle.Fact later, Chronicle.Fact earlier) {
        return earlier.entry instanceof Event old
                && later.entry instanceof Event event
                && old.key() != null
                && old.id().isBefore(event.id())
                && old.key().equals(event.key())
                && old.type().equals(event.type())
                && old.channel().equals(event.channel());
    }

    private boolean isOurs(Chronicle.Fact fact) {
        return wish.selection().matches(fact.entry.channel());
    }

    private boolean isWanted(Chronicle.Fact fact) {
        if (!isOurs(fact)) return false;
        if (fact.entry instanceof Event event)
            return wish.types().isEmpty() || wish.types().contains(event.type());
        return !visit.way.isPoll();
    }

    /// The event that is told, behind those that are joined with it, each as it then was. Moves the reader behind it.
    ///
    /// @param text of all of them, where there may be several
    private List<Event> parts(Chronicle.Fact fact, @Nullable String text, boolean isForgotten) {
        check(fact.entry instanceof Event && isWanted(fact), "is told of " + fact.entry);
        check(at.isBefore(fact.entry.id()), "is told again of " + fact.entry);
        check(mayStillBeThere(fact), "is told of what was gone, " + fact.entry);
        if (isForgotten) check(fact.forgotten != 0 && fact.forgotten <= moment, "has lost the data of " + fact.entry);
        else check(mayStillHaveData(fact), "still has the data of " + fact.entry);
        List<Event> parts = new ArrayList<>();
        parts.add(isForgotten ? ((Event) fact.entry).forgotten() : (Event) fact.entry);
        boolean mayJoin = wish.coalesce() && text != null && !isForgotten;
        int left = mayJoin ? text.length() - text((Event) fact.entry).length() : 0;
        // The nearest first: what is published again behind a deletion has its like further away, and that is gone.
        for (Chronicle.Fact each : facts.between(at, fact.entry.id()).reversed()) {
            if (each == fact) continue;
            String own = each.entry instanceof Event event ? text(event) : "";
            int begin = left - own.length();
            boolean isPart = begin >= 0 && !own.isEmpty() && text.startsWith(own, begin);
            if (isPart && isWanted(each) && mayStillBeThere(each) && mayStillHaveData(each)) {
                parts.addFirst((Event) each.entry);
                left = begin;
            } else {
                check(isExcused(each) || isAlikeAndEmpty(each, fact), "passes " + each.entry + " for " + fact.entry);
            }
        }
        at = fact.entry.id();
        return parts;
    }

    /// Whether a reader who came when this visit began may have found it.
    private boolean mayStillBeThere(Chronicle.Fact fact) {
        return fact.dropped == 0 || fact.dropped >= visit.before;
    }

    private boolean mayStillHaveData(Chronicle.Fact fact) {
        return fact.forgotten == 0 || fact.forgotten >= visit.before;
    }

    private boolean isAlikeAndEmpty(Chronicle.Fact one, Chronicle.Fact other) {
        return wish.coalesce()
                && one.entry instanceof Event event
                && other.entry instanceof Event next
                && event.content().bytes().length == 0
                && event.content().kind() == Content.Kind.TEXT
                && !event.isKeyEnd()
                && event.channel().equals(next.channel())
                && event.type().equals(next.type())
                && Objects.equals(event.key(), next.key());
    }

    /// As the way of this visit carries it.
    private String text(Event event) {
        String text = new String(event.content().bytes(), StandardCharsets.UTF_8);
        return visit.way == Way.SSE_RAW ? Told.lines(text) : text;
    }

    /// All its channels have ended, and it has had their ends.
    private void ended() {
        check(wish.selection().isNamed(), "ends, with a wildcard");
        for (ChannelName name : wish.selection().names()) {
            boolean has = facts.all().stream()
                    .anyMatch(fact -> fact.entry instanceof End
                            && fact.entry.channel().equals(name)
                            && !at.isBefore(fact.entry.id())
                            && !fact.isGone(visit.before - 1));
            check(has, "ends without the end of " + name);
        }
    }

    private static void check(boolean holds, Object otherwise) {
        if (!holds) throw new AssertionError("the reader " + otherwise);
    }
}
