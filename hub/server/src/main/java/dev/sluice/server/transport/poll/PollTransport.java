package dev.sluice.server.transport.poll;

import dev.sluice.core.delivery.Dispatcher;
import dev.sluice.core.delivery.Poll;
import dev.sluice.core.presence.Membership;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.head.Parameters;
import dev.sluice.server.http.head.UserAgent;
import dev.sluice.server.presence.Join;
import dev.sluice.server.subscribe.Envelopes;
import dev.sluice.server.subscribe.ParameterGroup;
import dev.sluice.server.subscribe.SubscribeRequest;
import dev.sluice.server.subscribe.TransportSpec;
import dev.sluice.server.transport.DispatcherLookup;
import dev.sluice.server.transport.Transport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Answers a poll with the events that exist, or waits for the first one.
public final class PollTransport implements Transport {
    public static final TransportSpec PLAIN = new TransportSpec(
            "a poll",
            new TransportSpec.Choice.Type("application/json", "json"),
            false,
            Envelopes.JSON,
            ParameterGroup.plus(ParameterGroup.EVENTS, ParameterGroup.ANSWER, ParameterGroup.BEFORE));

    /// With `wait=`: lasts until the first event, so its client may join.
    public static final TransportSpec LONG = new TransportSpec(
            "a long poll",
            PLAIN.choice(),
            true,
            Envelopes.JSON,
            ParameterGroup.plus(
                    ParameterGroup.EVENTS, ParameterGroup.ANSWER, ParameterGroup.JOIN, ParameterGroup.CLIENT));

    private final DispatcherLookup loops;
    private final long dataBytesMax;
    private final InFlightBytes inFlight;
    private final RandomGenerator random;

    /// @param dataBytesMax the amount of data after which an answer takes no further event
    /// @param inFlight     counts results that clients have not received yet
    public PollTransport(DispatcherLookup loops, long dataBytesMax, InFlightBytes inFlight, RandomGenerator random) {
        this.loops = loops;
        this.dataBytesMax = dataBytesMax;
        this.inFlight = inFlight;
        this.random = random;
    }

    @Override
    public TransportSpec spec() {
        return PLAIN;
    }

    @Override
    public TransportSpec spec(Parameters parameters) {
        boolean waits = !parameters.text("wait").orElse("0").matches("0+");
        return waits ? LONG : PLAIN;
    }

    @Override
    public void open(Exchange exchange, SubscribeRequest request) {
        long waitMs = request.waitTime().toMillis();
        // Up to a tenth shorter, at random, so that pollers that started together do not return together.
        if (waitMs > 0) waitMs -= random.nextLong(waitMs / 10 + 1);
        PollMembership membership = new PollMembership(request.join());
        Dispatcher loop = loops.of(exchange.loop());
        PollResponse answer = new PollResponse(exchange, loop, inFlight);
        Poll poll = loop.poll(
                exchange.grant(),
                request.subscription(),
                request.limit(),
                dataBytesMax,
                waitMs,
                request.before(),
                answer::reserve,
                result -> {
                    // A poll that is answered at once has not joined yet.
                    if (result instanceof Poll.Result.Found) membership.begin();
                    answer.send(result);
                    membership.end();
                });
        if (exchange.isOver()) return;
        poll.setAgent(UserAgent.of(exchange.request()));
        membership.begin();
        Runnable end = () -> {
            poll.close();
            answer.release();
            membership.end();
        };
        // A poll without a wait only reads the log, so it also completes for a client that has closed its half.
        if (waitMs > 0) exchange.abandoned(end);
        else exchange.closed(end);
    }

    /// A client's presence across polls: each poll is a connection that ends with its answer. A member stays listed
    /// for a grace period, so a client that polls again in time never leaves.
    private static final class PollMembership {
        private final Join join;
        private @Nullable Membership joined;

        PollMembership(Join join) {
            this.join = join;
        }

        void begin() {
            if (joined == null) joined = join.begin();
        }

        void end() {
            if (joined != null) joined.close();
        }
    }
}
