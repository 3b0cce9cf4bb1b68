package dev.sluice.server.transport;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Dispatcher;
import dev.sluice.core.delivery.Opened;
import dev.sluice.core.delivery.Subscriber;
import dev.sluice.core.delivery.Wire;
import dev.sluice.core.log.Gap;
import dev.sluice.server.http.Answer;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Problem;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A subscription whose events are an endless HTTP body.
public final class HttpStream implements Opened {
    /// What is said before the first event.
    @FunctionalInterface
    public interface FirstWords {
        /// @param gap what is missing in front of the beginning; null: nothing
        byte[] of(Cursor at, @Nullable Gap gap);
    }

    /// Where the position of a reading is told to HTTP: its beginning.
    public static final String CURSOR = "Sluice-Cursor";

    private final Exchange exchange;
    private final String contentType;
    private final FirstWords first;
    private final SubscribeRequest asked;
    private final Consumer<Problem> refuse;

    private HttpStream(
            Exchange exchange, SubscribeRequest asked, String contentType, FirstWords first, Consumer<Problem> refuse) {
        this.exchange = exchange;
        this.asked = asked;
        this.contentType = contentType;
        this.first = first;
        this.refuse = refuse;
    }

    /// Answers a request with a stream, or with why there is none.
    ///
    /// @param refuse how this transport refuses
    public static void open(
            Exchange exchange,
            Dispatcher loop,
            SubscribeRequest asked,
            Wire wire,
            String contentType,
            FirstWords first,
            Consumer<Problem> refuse) {
        HttpStream stream = new HttpStream(exchange, asked, contentType, first, refuse);
        Subscriber subscriber = Subscriber.open(loop, asked.subscription(), wire, stream);
        if (!exchange.isOver()) exchange.closed(subscriber::close);
    }

    /// How a stream answering this request is framed.
    public static Framing framing(Exchange exchange) {
        return exchange.request().isHttp10() ? Framing.PLAIN : Framing.CHUNKED;
    }

    /// The head of an endless body.
    public static Answer head(String contentType) {
        return Answer.empty(HttpResponseStatus.OK)
                .with(HttpHeaderNames.CONTENT_TYPE, contentType)
                // Proxies must neither hold it back nor change it (nginx: X-Accel-Buffering).
                .with(HttpHeaderNames.CACHE_CONTROL, "no-store, no-transform")
                .with("X-Accel-Buffering", "no");
    }

    @Override
    public void begins(Subscriber subscriber, Cursor at, @Nullable Gap gap) {
        asked.attending().begin(exchange.channel()); // First: who sees the head is there.
        Channel channel =
                exchange.takeOver(head(contentType).with(CURSOR, at.text())).channel();
        SocketSink sink = new SocketSink(channel, subscriber);
        channel.pipeline().addLast(sink);
        subscriber.start(sink, first.of(at, gap), asked.heartbeat().toMillis());
    }

    @Override
    public void ended(Cursor at) {
        exchange.answer(Answer.empty(HttpResponseStatus.NO_CONTENT).with(CURSOR, at.text()));
    }

    @Override
    public void missing(Gap gap) {
        refuse.accept(Refusals.gap(gap).problem());
    }

    @Override
    public void unavailable(String why) {
        refuse.accept(Refusals.unavailable(why).problem());
    }

    @Override
    public void tooFar(String why) {
        refuse.accept(Refusals.tooFar(why).problem());
    }
}
