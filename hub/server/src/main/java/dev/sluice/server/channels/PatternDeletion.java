package dev.sluice.server.channels;

import dev.sluice.core.access.AccessDeniedException;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.InvalidNameException;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.delivery.channel.ChannelListing;
import dev.sluice.core.delivery.channel.DeletionOutcome;
import dev.sluice.core.log.ChannelState;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.Parameters;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.json.Json;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `DELETE /channels?match=PATTERN&expect=COUNT`: deletes all channels that match, if they are no more than
/// expected. Without `expect=` it only counts them, so that a person can check the number first.
/// `docs/protocol.md` §2.
///
/// It counts, then deletes, both in slices, so that other tasks of the event loop run in between and the log has
/// a bounded number of deletions at a time. It stops when its client disconnects, and deletes no more channels
/// than it counted.
final class PatternDeletion {
    /// Channels that are examined in one task of the event loop, and deleted at a time.
    private static final int SLICE = 256;

    private final Exchange exchange;
    private final Hub hub;
    private final Pattern pattern;

    /// The expected number of channels; -1 to count only.
    private final long expected;

    private long matched;
    private long deleted;

    private PatternDeletion(Exchange exchange, Hub hub, Pattern pattern, long expected) {
        this.exchange = exchange;
        this.hub = hub;
        this.pattern = pattern;
        this.expected = expected;
    }

    /// @throws AccessDeniedException unless the grant permits to list and to delete all channels of the pattern
    static void begin(Exchange exchange, Hub hub) {
        Parameters query = exchange.request().parameters();
        query.allow(Set.of("match", "expect"));
        Pattern pattern = pattern(query);
        exchange.grant().require(Verb.LIST, pattern);
        exchange.grant().require(Verb.DELETE, pattern);
        long expected = query.integer("expect", 0, Integer.MAX_VALUE).orElse(-1);
        new PatternDeletion(exchange, hub, pattern, expected).count(null);
    }

    private static Pattern pattern(Parameters query) {
        String text = query.text("match")
                .orElseThrow(() -> Problems.BAD_PARAMETER.refused(
                        "match", "Which channels? Give a pattern, as in match=rooms/*, or name one in the path."));
        try {
            return Pattern.of(text);
        } catch (InvalidNameException invalid) {
            throw Problems.BAD_NAME.refused("match", "The pattern " + invalid.getMessage() + ".");
        }
    }

    private void count(@Nullable ChannelName after) {
        ChannelListing page = hub.channels(exchange.grant(), after, SLICE);
        matched += matching(page, SLICE).size();
        ChannelName next = page.next();
        if (next != null) soon(() -> count(next));
        else if (expected < 0) answer();
        else if (matched > expected) exchange.refuse(tooMany());
        else delete(null);
    }

    private List<ChannelName> matching(ChannelListing page, long max) {
        return page.channels().stream()
                .map(ChannelState::name)
                .filter(name -> !name.isReserved() && pattern.matches(name))
                .limit(max)
                .toList();
    }

    private void soon(Runnable step) {
        exchange.loop().execute(() -> exchange.run(step));
    }

    private Problem tooMany() {
        return Problems.COUNT_DIFFERS.of(
                "expect",
                matched + " channels match, more than the " + expected
                        + " that were expected: nothing was deleted. Check them, then repeat the request with their number in 'expect'.");
    }

    private void delete(@Nullable ChannelName after) {
        ChannelListing page = hub.channels(exchange.grant(), after, SLICE);
        List<ChannelName> slice = matching(page, matched - deleted);
        ChannelName next = deleted + slice.size() == matched ? null : page.next();
        hub.deleteAll(exchange.grant(), slice)
                .thenAccept(outcome -> exchange.loop().execute(() -> done(outcome, next)));
    }

    private void done(DeletionOutcome outcome, @Nullable ChannelName next) {
        deleted += outcome.count();
        Throwable failure = outcome.failure();
        if (failure == null && next != null && !exchange.isOver()) {
            exchange.run(() -> goOn(next));
            return;
        }
        report();
        Problem failed = failure == null
                ? null
                : ChannelRoutes.failed(
                        failure,
                        "At least " + deleted + " of " + matched
                                + " channels are deleted: repeat the request for the others.");
        exchange.run(() -> {
            if (failed == null) answer();
            else exchange.refuse(failed);
        });
    }

    private void goOn(ChannelName after) {
        try {
            delete(after);
        } catch (AccessDeniedException revoked) {
            report();
            throw revoked;
        }
    }

    private void report() {
        if (deleted > 0) hub.reportDeletion(exchange.grant(), pattern, deleted);
    }

    private void answer() {
        byte[] body = Json.bytes(json -> {
            json.writeStartObject();
            json.writeNumberProperty("matched", matched);
            json.writeNumberProperty("deleted", deleted);
            json.writeEndObject();
        });
        exchange.answer(ServerResponse.json(Status.OK, body));
    }
}
