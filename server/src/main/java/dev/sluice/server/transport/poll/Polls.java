package dev.sluice.server.transport.poll;

import dev.sluice.core.delivery.Poll;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.transport.Loops;
import dev.sluice.server.transport.SubscribeRequest;
import java.util.random.RandomGenerator;

/// Answers a request with what there is, or as soon as there is something.
public final class Polls {
    private final Loops loops;
    private final long dataBytesMax;
    private final RandomGenerator random;

    /// @param dataBytesMax after so many bytes of data an answer takes no further event
    public Polls(Loops loops, long dataBytesMax, RandomGenerator random) {
        this.loops = loops;
        this.dataBytesMax = dataBytesMax;
        this.random = random;
    }

    public void answer(Exchange exchange, SubscribeRequest asked) {
        long waitMs = asked.waitTime().toMillis();
        // Up to a tenth early, at random: pollers that began together should not come back together.
        if (waitMs > 0) waitMs -= random.nextLong(waitMs / 10 + 1);
        Poll poll = Poll.ask(
                loops.of(exchange.channel()),
                asked.subscription(),
                asked.limit(),
                dataBytesMax,
                waitMs,
                asked.before(),
                result -> PollAnswer.send(exchange, result));
        if (!exchange.isOver()) exchange.closed(poll::close);
    }
}
