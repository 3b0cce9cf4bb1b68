package dev.sluice.server.transport;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Dispatcher;
import dev.sluice.core.delivery.SubscribeListener;
import dev.sluice.core.delivery.Subscriber;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.Rejection;
import dev.sluice.core.delivery.stream.Wire;
import dev.sluice.core.log.Gap;
import dev.sluice.core.presence.Membership;
import dev.sluice.server.http.BodyFraming;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.net.outlet.Outlet;
import dev.sluice.server.presence.Join;
import dev.sluice.server.subscribe.SubscribeRequest;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A subscription delivered as an endless HTTP body.
public final class HttpStream implements SubscribeListener {
    /// Encodes the bytes that precede the first event.
    @FunctionalInterface
    public interface Preamble {
        /// @param at  the starting cursor
        /// @param gap the gap before the starting cursor; null if there is no gap
        byte[] of(Subscriber subscriber, Cursor at, @Nullable Gap gap);
    }

    /// The response header with the starting cursor.
    public static final String CURSOR = "Sluice-Cursor";

    private final Exchange exchange;
    private final String contentType;
    private final Preamble preamble;
    private final SubscribeRequest request;
    private final Consumer<Problem> refuse;

    private HttpStream(
            Exchange exchange,
            SubscribeRequest request,
            String contentType,
            Preamble preamble,
            Consumer<Problem> refuse) {
        this.exchange = exchange;
        this.request = request;
        this.contentType = contentType;
        this.preamble = preamble;
        this.refuse = refuse;
    }

    /// Answers a request with a stream, or with a refusal.
    ///
    /// @param refuse sends this transport's refusal
    public static void open(
            Exchange exchange,
            Dispatcher loop,
            SubscribeRequest request,
            Wire wire,
            String contentType,
            Preamble preamble,
            Consumer<Problem> refuse) {
        HttpStream stream = new HttpStream(exchange, request, contentType, preamble, refuse);
        Subscriber subscriber = loop.subscribe(exchange.grant(), request.subscription(), wire, stream);
        if (!exchange.isOver()) exchange.abandoned(subscriber::close);
    }

    /// The response head of an endless body.
    public static ServerResponse head(String contentType) {
        return ServerResponse.empty(Status.OK)
                .with(HeaderNames.CONTENT_TYPE, contentType)
                // Proxies must neither buffer nor transform the stream (nginx: X-Accel-Buffering).
                .with(HeaderNames.CACHE_CONTROL, "no-store, no-transform")
                .with("X-Accel-Buffering", "no");
    }

    /// The last bytes of a body that ends for a reason; null if the client ended it and reads no more.
    ///
    /// @param refusal formats the problem of a stream that is refused
    public static byte @Nullable [] end(
            BodyFraming framing, EndReason.Reported reason, Function<Problem, String> refusal) {
        return switch (reason) {
            case EndReason.Complete _, EndReason.Reconnect _ -> framing.end();
            case EndReason.ByClient _ -> null;
            case EndReason.Missing _, EndReason.TooFarBehind _, EndReason.Unavailable _, EndReason.Dismissal _ -> {
                Problem problem = Rejections.of(reason);
                yield problem == null ? null : framing.lastPiece(refusal.apply(problem));
            }
        };
    }

    @Override
    public void begins(Subscriber subscriber, Cursor at, @Nullable Gap gap) {
        Membership membership = request.join().begin();
        Outlet outlet = exchange.stream(head(contentType).with(CURSOR, at.text()), subscriber);
        Join.endWith(outlet, membership);
        subscriber.start(
                outlet, preamble.of(subscriber, at, gap), request.heartbeat().toMillis(), request.ageMaxMs());
    }

    @Override
    public void ended(Cursor at) {
        exchange.answer(ServerResponse.empty(Status.NO_CONTENT).with(CURSOR, at.text()));
    }

    @Override
    public void refused(Rejection refusal) {
        refuse.accept(Rejections.of(refusal));
    }
}
