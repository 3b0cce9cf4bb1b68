package dev.sluice.server.transport.sse;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Gap;
import dev.sluice.server.http.BodyFraming;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.subscribe.Envelope;
import dev.sluice.server.subscribe.Envelopes;
import dev.sluice.server.subscribe.ParameterGroup;
import dev.sluice.server.subscribe.SubscribeRequest;
import dev.sluice.server.subscribe.SubscribeRequest.Errors;
import dev.sluice.server.subscribe.TransportSpec;
import dev.sluice.server.transport.DispatcherLookup;
import dev.sluice.server.transport.HttpStream;
import dev.sluice.server.transport.JsonMessages;
import dev.sluice.server.transport.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Answers a request with a stream of Server-Sent Events, or with a refusal that does not stop an EventSource
/// for good.
public final class SseTransport implements Transport {
    public static final String CONTENT_TYPE = "text/event-stream";

    public static final TransportSpec SPEC = new TransportSpec(
            "Server-Sent Events",
            new TransportSpec.Choice.Type(CONTENT_TYPE, "sse"),
            true,
            new Envelopes(Envelope.RAW, Envelope.JSON, false, false, true),
            ParameterGroup.plus(
                    ParameterGroup.STREAM,
                    ParameterGroup.HEARTBEAT_FORM,
                    ParameterGroup.RESUME,
                    ParameterGroup.PADDING,
                    ParameterGroup.ERRORS));

    /// The reconnection time of each client is random between the maximum and this fraction of it, so that not all
    /// clients reconnect at once after a restart.
    private static final int RETRY_SPREAD = 5;

    /// The reconnection time after a final refusal: a page that ignores the refusal retries after a day.
    private static final int NEVER_MS = 86_400_000;

    private final DispatcherLookup loops;
    private final RandomGenerator random;
    private final int retryMsMax;

    /// @param retry the longest time a client waits before it reconnects
    public SseTransport(DispatcherLookup loops, RandomGenerator random, Duration retry) {
        this.loops = loops;
        this.random = random;
        this.retryMsMax = Math.toIntExact(retry.toMillis());
    }

    @Override
    public TransportSpec spec() {
        return SPEC;
    }

    @Override
    public void open(Exchange exchange, SubscribeRequest request) {
        BodyFraming framing = exchange.framing();
        SseWire wire = SseWire.of(request.envelope() == Envelope.JSON, framing, request.heartbeatForm());
        HttpStream.open(
                exchange,
                loops.of(exchange.loop()),
                request,
                wire,
                CONTENT_TYPE,
                (_, at, gap) -> preamble(wire, request.paddingBytes(), at, gap),
                problem -> refuse(exchange, problem, request.errors()));
    }

    /// Sends temporary refusals as an event, because any status but 200 ends an EventSource for good and hides
    /// the reason.
    @Override
    public void refuse(Exchange exchange, Problem problem, Errors errors) {
        boolean asEvent = problem.isTemporary() ? errors != Errors.STATUS : errors == Errors.EVENT;
        if (!asEvent) {
            exchange.refuse(problem);
            return;
        }
        exchange.answer(refusal(problem, problem.isTemporary() ? retryMs(problem) : NEVER_MS));
    }

    /// Returns an answer that an EventSource reads and repeats after this time.
    public static ServerResponse refusal(Problem problem, int retryMs) {
        String body = "retry: " + retryMs + "\n\n" + SseWire.block("sluice.error", JsonMessages.error(problem), null);
        return ServerResponse.of(Status.OK, CONTENT_TYPE, body.getBytes(StandardCharsets.UTF_8))
                .refusing(problem);
    }

    private byte[] preamble(SseWire wire, int paddingBytes, Cursor at, @Nullable Gap gap) {
        StringBuilder text = new StringBuilder();
        // A comment (WHATWG HTML §9.2.6): `:`, then spaces that fill the buffers of proxies.
        if (paddingBytes > 0) text.append(':').repeat(' ', paddingBytes - 1).append('\n');
        if (gap != null) text.append(SseWire.block("sluice.gap", JsonMessages.gap(gap), gap.resume()));
        // An id before the first event: a client that disconnects now also resumes here.
        text.append("retry: ")
                .append(jitterMs())
                .append("\nid: ")
                .append(at.text())
                .append(wire.endOfFields());
        return wire.framing().piece(text.toString());
    }

    private int retryMs(Problem problem) {
        String seconds = problem.headers().get("Retry-After");
        int atLeast = seconds == null ? 0 : Integer.parseInt(seconds) * 1000;
        return atLeast + jitterMs();
    }

    private int jitterMs() {
        return random.nextInt(retryMsMax / RETRY_SPREAD, retryMsMax + 1);
    }
}
