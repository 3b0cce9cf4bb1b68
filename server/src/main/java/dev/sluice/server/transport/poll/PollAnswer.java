package dev.sluice.server.transport.poll;

import dev.sluice.core.delivery.Dispatcher;
import dev.sluice.core.delivery.Poll;
import dev.sluice.core.event.Event;
import dev.sluice.server.http.Answer;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.Problem;
import dev.sluice.server.http.Refused;
import dev.sluice.server.transport.HttpStream;
import dev.sluice.server.transport.Refusals;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Answers a poll with what it found, which counts in the budget for answers until the client has it.
final class PollAnswer {
    private final Exchange exchange;
    private final Dispatcher loop;
    private final InFlightBytes.Holder held;
    private @Nullable Problem noRoom;

    PollAnswer(Exchange exchange, Dispatcher loop, InFlightBytes inFlight) {
        this.exchange = exchange;
        this.loop = loop;
        // Behind a part of an answer nothing can be said any more.
        this.held = inFlight.holder(
                exchange.channel().eventLoop(), () -> exchange.channel().close());
    }

    /// Whether there is room for so many bytes more of what the poll finds.
    boolean hasRoom(long more) {
        try {
            held.take(more);
            return true;
        } catch (Refused full) {
            noRoom = full.problem();
            return false;
        }
    }

    /// The client has left.
    void drop() {
        held.giveBackAll();
    }

    void send(Poll.Result result) {
        if (!(result instanceof Poll.Result.Found)) held.giveBackAll();
        exchange.run(() -> {
            switch (result) {
                case Poll.Result.Found found -> found(found);
                case Poll.Result.Missing(var gap) -> throw Refusals.gap(gap);
                case Poll.Result.NoRoom _ ->
                    throw new Refused(Objects.requireNonNull(noRoom, "a poll asks for room first"));
                case Poll.Result.Unavailable(String why) -> throw Refusals.unavailable(why);
                case Poll.Result.TooFar(String why) -> throw Refusals.tooFar(why);
            }
        });
    }

    private void found(Poll.Result.Found found) {
        String etag = '"' + tag(found) + '"';
        if (isKnown(etag)) {
            held.giveBackAll();
            exchange.answer(head(HttpResponseStatus.NOT_MODIFIED, etag, found));
            return;
        }
        PollBody body = new PollBody(loop, found, held);
        measure(body, head(HttpResponseStatus.OK, etag, found).with(HttpHeaderNames.CONTENT_TYPE, "application/json"));
    }

    /// Others have their turns between two steps of it.
    private void measure(PollBody body, Answer head) {
        boolean known;
        try {
            known = body.measure();
        } catch (RuntimeException failed) {
            held.giveBackAll();
            throw failed;
        }
        if (known) {
            held.await();
            exchange.answer(head, body);
        } else {
            exchange.channel().eventLoop().execute(() -> exchange.run(() -> measure(body, head)));
        }
    }

    private static Answer head(HttpResponseStatus status, String etag, Poll.Result.Found found) {
        return Answer.empty(status)
                .with(HttpHeaderNames.ETAG, etag)
                .with(HttpStream.CURSOR, found.begin().text());
    }

    /// The same question with the same cursor behind it has the same answer, but for data that was forgotten meanwhile,
    /// which leaves all cursors as they are.
    private static String tag(Poll.Result.Found found) {
        long forgotten = found.events().stream().filter(Event::isForgotten).count();
        return found.cursor().text() + (forgotten == 0 ? "" : "~" + forgotten);
    }

    private boolean isKnown(String etag) {
        for (String header : exchange.request().headers().getAll(HttpHeaderNames.IF_NONE_MATCH)) {
            for (String each : header.split(",", -1)) {
                String tag = each.strip();
                // Weak comparison (RFC 9110 §13.1.2): a cache may have weakened it on the way.
                if (tag.equals(etag) || tag.equals("W/" + etag) || tag.equals("*")) return true;
            }
        }
        return false;
    }
}
