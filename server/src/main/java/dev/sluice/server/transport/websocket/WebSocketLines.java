package dev.sluice.server.transport.websocket;

import dev.sluice.core.delivery.Sink;
import dev.sluice.core.delivery.Speaker;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Request;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.Arrays;
import java.util.function.Function;

/// Opens a WebSocket of a subprotocol (RFC 6455 §1.9) for whoever speaks it.
public final class WebSocketLines {
    private WebSocketLines() {}

    /// Messages are not compressed: most are small, and begin with a few bytes of their own.
    ///
    /// @param ear hears what comes, from then on
    /// @return makes the line of the one who writes to it; at once, before this event loop does anything else
    /// @throws dev.sluice.server.http.Refused if it is no handshake that can be answered, or not for this protocol
    public static Function<Speaker, Sink> open(Exchange exchange, String protocol, MessageLimits limits, Ear ear) {
        Handshake offered = Handshake.of(exchange.request());
        Handshake handshake = new Handshake(offered.accept(), null);
        if (!offers(exchange.request(), protocol)) {
            throw Problems.BAD_HEADER.refused(
                    "Sec-WebSocket-Protocol", "Here WebSocket speaks " + protocol + ": name it as the subprotocol.");
        }
        Channel channel = exchange.takeOver(handshake.answer().with(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, protocol))
                .channel();
        return speaker -> {
            WebSocketLine line = new WebSocketLine(channel, speaker, ear);
            handshake.receive(channel.pipeline(), limits);
            channel.pipeline().addLast(line);
            return line;
        };
    }

    private static boolean offers(Request request, String protocol) {
        return request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL).stream()
                .flatMap(list -> Arrays.stream(list.split(",", -1)))
                .anyMatch(each -> each.strip().equals(protocol));
    }
}
