package dev.sluice.server.transport.sse;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Gap;
import dev.sluice.server.http.Answer;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Problem;
import dev.sluice.server.transport.Framing;
import dev.sluice.server.transport.HttpStream;
import dev.sluice.server.transport.JsonMessages;
import dev.sluice.server.transport.Loops;
import dev.sluice.server.transport.Subscribe;
import dev.sluice.server.transport.SubscribeRequest;
import dev.sluice.server.transport.SubscribeRequest.Envelope;
import dev.sluice.server.transport.SubscribeRequest.Errors;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Makes a request a stream of Server-Sent Events, or refuses it in a way that EventSource survives.
public final class SseStream implements Subscribe.Way {
    private static final String CONTENT_TYPE = "text/event-stream";

    /// When clients come back after a broken connection is drawn for each, between the longest time and such a part of
    /// it, so that a restart does not bring all of them at once.
    private static final int RETRY_SPREAD = 5;

    /// A refusal that is final: a page that ignores it comes back in a day.
    private static final int NEVER_MS = 86_400_000;

    private final Loops loops;
    private final RandomGenerator random;
    private final int retryMsMax;

    /// @param retry how long a client waits at most before it comes back
    public SseStream(Loops loops, RandomGenerator random, Duration retry) {
        this.loops = loops;
        this.random = random;
        this.retryMsMax = Math.toIntExact(retry.toMillis());
    }

    @Override
    public void open(Exchange exchange, SubscribeRequest asked) {
        Framing framing = HttpStream.framing(exchange);
        SseWire wire = SseWire.of(asked.envelope() == Envelope.JSON, framing, asked.heartbeatEvent());
        HttpStream.open(
                exchange,
                loops.of(exchange.channel()),
                asked,
                wire,
                CONTENT_TYPE,
                (at, gap) -> first(wire, asked.paddingBytes(), at, gap),
                problem -> refuse(exchange, problem, asked.errors()));
    }

    /// Refuses: any status but 200 ends an EventSource for ever, and hides why, so what passes is told as an event.
    @Override
    public void refuse(Exchange exchange, Problem problem, Errors errors) {
        boolean asEvent = problem.isPassing() ? errors != Errors.STATUS : errors == Errors.EVENT;
        if (!asEvent) {
            exchange.refuse(problem);
            return;
        }
        int retryMs = problem.isPassing() ? retryMs(problem) : NEVER_MS;
        String body = "retry: " + retryMs + "\n\n" + SseWire.block("sluice.error", JsonMessages.error(problem), null);
        exchange.answer(Answer.of(HttpResponseStatus.OK, CONTENT_TYPE, body.getBytes(StandardCharsets.UTF_8)));
    }

    private byte[] first(SseWire wire, int paddingBytes, Cursor at, @Nullable Gap gap) {
        StringBuilder text = new StringBuilder();
        // A comment (WHATWG HTML §9.2.6): `:`, then what fills the buffers on the way.
        if (paddingBytes > 0) text.append(':').repeat(' ', paddingBytes - 1).append("\n\n");
        if (gap != null) text.append(SseWire.block("sluice.gap", JsonMessages.gap(gap), gap.resume()));
        // An id before the first event: who drops out now resumes here all the same.
        text.append("retry: ")
                .append(jitterMs())
                .append("\nid: ")
                .append(at.text())
                .append("\n\n");
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
