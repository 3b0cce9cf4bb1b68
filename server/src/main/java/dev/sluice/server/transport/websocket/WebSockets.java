package dev.sluice.server.transport.websocket;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Dispatcher;
import dev.sluice.core.delivery.Opened;
import dev.sluice.core.delivery.Subscriber;
import dev.sluice.core.encoded.Bytes;
import dev.sluice.core.log.Gap;
import dev.sluice.server.http.Answer;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Problem;
import dev.sluice.server.http.Refused;
import dev.sluice.server.publish.ClientMessages;
import dev.sluice.server.transport.HttpStream;
import dev.sluice.server.transport.LastWords;
import dev.sluice.server.transport.Loops;
import dev.sluice.server.transport.Refusals;
import dev.sluice.server.transport.Subscribe;
import dev.sluice.server.transport.SubscribeRequest;
import dev.sluice.server.transport.SubscribeRequest.Envelope;
import dev.sluice.server.transport.SubscribeRequest.Errors;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/// Makes a request a WebSocket, or refuses it in a way that a browser's page can read.
public final class WebSockets implements Subscribe.Way {
    private final Loops loops;
    private final ClientMessages messages;
    private final MessageLimits limits;

    /// @param messages what is done with what clients send
    public WebSockets(Loops loops, ClientMessages messages, MessageLimits limits) {
        this.loops = loops;
        this.messages = messages;
        this.limits = limits;
    }

    @Override
    public void open(Exchange exchange, SubscribeRequest asked) {
        Handshake handshake = Handshake.of(exchange.request());
        WebSocketWire wire = new WebSocketWire(asked.envelope() == Envelope.JSON, handshake.deflates());
        Dispatcher loop = loops.of(exchange.channel());
        Subscriber subscriber =
                Subscriber.open(loop, asked.subscription(), wire, new Opening(exchange, asked, handshake, wire));
        if (!exchange.isOver()) exchange.closed(subscriber::close);
    }

    /// Browsers hide the status of a refused handshake: with `errors=event` it succeeds, and the close code says why.
    @Override
    public void refuse(Exchange exchange, Problem problem, Errors errors) {
        if (errors != Errors.EVENT) {
            exchange.refuse(problem);
            return;
        }
        Handshake handshake;
        try {
            handshake = Handshake.of(exchange.request());
        } catch (Refused noHandshake) {
            exchange.refuse(noHandshake.problem());
            return;
        }
        boolean json = !exchange.request().parameters().all("envelope").contains("raw");
        leave(exchange, handshake.answer(), new WebSocketWire(json, false).refusal(problem));
    }

    private static void leave(Exchange exchange, Answer head, byte[] lastWords) {
        LastWords.say(exchange.takeOver(head).channel(), Unpooled.wrappedBuffer(lastWords));
    }

    private final class Opening implements Opened {
        private final Exchange exchange;
        private final SubscribeRequest asked;
        private final Handshake handshake;
        private final WebSocketWire wire;

        Opening(Exchange exchange, SubscribeRequest asked, Handshake handshake, WebSocketWire wire) {
            this.exchange = exchange;
            this.asked = asked;
            this.handshake = handshake;
            this.wire = wire;
        }

        @Override
        public void begins(Subscriber subscriber, Cursor at, @Nullable Gap gap) {
            Answer head = handshake.answer().with(HttpStream.CURSOR, at.text());
            asked.attending().begin(exchange.channel()); // First: who sees the head is there.
            Channel channel = exchange.takeOver(head).channel();
            Inbox inbox = new Inbox(channel, subscriber, messages, asked.isOfOne(), wire.json());
            WebSocketLine line = new WebSocketLine(channel, subscriber, inbox);
            handshake.receive(channel.pipeline(), limits);
            channel.pipeline().addLast(line);
            subscriber.start(line, first(at, gap), asked.heartbeat().toMillis());
        }

        private byte[] first(Cursor at, @Nullable Gap gap) {
            Bytes first = new Bytes();
            byte[] missing = gap == null ? null : wire.gap(gap);
            if (missing != null) first.write(missing);
            byte[] begin = wire.begin(at);
            if (begin != null) first.write(begin);
            return first.toByteArray();
        }

        @Override
        public void ended(Cursor at) {
            leave(exchange, handshake.answer().with(HttpStream.CURSOR, at.text()), WebSocketWire.complete());
        }

        @Override
        public void missing(Gap gap) {
            refuse(exchange, Refusals.gap(gap).problem(), asked.errors());
        }

        @Override
        public void unavailable(String why) {
            refuse(exchange, Refusals.unavailable(why).problem(), asked.errors());
        }

        @Override
        public void tooFar(String why) {
            refuse(exchange, Refusals.tooFar(why).problem(), asked.errors());
        }
    }
}
