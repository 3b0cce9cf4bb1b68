package dev.sluice.server.transport.poll;

import dev.sluice.core.delivery.Dispatcher;
import dev.sluice.core.delivery.Poll;
import dev.sluice.core.delivery.stream.Rejection;
import dev.sluice.core.event.Event;
import dev.sluice.server.http.ETags;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.transport.HttpStream;
import dev.sluice.server.transport.Rejections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Answers a poll with its result. The result counts towards the budget for answers until the client has
/// received it.
final class PollResponse {
    private final Exchange exchange;
    private final Dispatcher loop;
    private final InFlightBytes.EvictableHolder budget;
    private @Nullable Problem refusal;

    PollResponse(Exchange exchange, Dispatcher loop, InFlightBytes inFlight) {
        this.exchange = exchange;
        this.loop = loop;
        // Once part of an answer is sent, no refusal can follow it: the connection is closed.
        this.budget = inFlight.holder(exchange.loop(), exchange::abort);
    }

    /// Reserves further bytes of the result; returns false if the budget does not permit them.
    boolean reserve(long more) {
        refusal = budget.tryTake(more);
        return refusal == null;
    }

    /// Releases the budget when the client has disconnected.
    void release() {
        budget.giveBackAll();
    }

    void send(Poll.Result result) {
        if (!(result instanceof Poll.Result.Found)) budget.giveBackAll();
        exchange.run(() -> {
            switch (result) {
                case Poll.Result.Found found -> found(found);
                case Poll.Result.Refused(Rejection why) -> exchange.refuse(Rejections.of(why));
                case Poll.Result.OverBudget _ ->
                    throw new ProblemException(Objects.requireNonNull(refusal, "a poll asks for room first"));
            }
        });
    }

    private void found(Poll.Result.Found found) {
        String etag = '"' + tag(found) + '"';
        if (ETags.isKnown(exchange.request(), etag)) {
            budget.giveBackAll();
            exchange.answer(head(Status.NOT_MODIFIED, etag, found));
            return;
        }
        PollBody body = new PollBody(loop, found, budget);
        measure(body, head(Status.OK, etag, found).with(HeaderNames.CONTENT_TYPE, "application/json"));
    }

    /// Measures the body step by step; other tasks of the event loop run between two steps.
    private void measure(PollBody body, ServerResponse head) {
        boolean complete;
        try {
            complete = body.measure();
        } catch (RuntimeException failed) {
            budget.giveBackAll();
            throw failed;
        }
        if (complete) {
            budget.await();
            exchange.answer(head, body);
        } else {
            exchange.loop().execute(() -> exchange.run(() -> measure(body, head)));
        }
    }

    private static ServerResponse head(int status, String etag, Poll.Result.Found found) {
        return ServerResponse.empty(status)
                .with(HeaderNames.ETAG, etag)
                .with(HttpStream.CURSOR, found.begin().text());
    }

    /// Changes with the answer: while the cursor stays, events, parts of joined ones and ends of channels may
    /// expire, events may lose their data, and more may follow.
    private static String tag(Poll.Result.Found found) {
        List<Event> events = found.events();
        long first = events.isEmpty() ? 0 : events.getFirst().position();
        long bytes = events.stream().mapToLong(Event::dataBytes).sum();
        long forgotten = events.stream().filter(Event::isForgotten).count();
        return found.cursor().text() + "~" + first + "~" + events.size() + "~" + bytes + "~" + forgotten
                + (found.more() ? "~more" : "")
                + (found.ended().isEmpty() ? "" : "~ended" + found.ended().size())
                + (found.closed() ? "~closed" : "")
                + (found.gap() == null ? "" : "~" + found.gap().resume().position());
    }
}
