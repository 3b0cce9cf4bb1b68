package dev.sluice.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/// Routes that say what they were asked.
final class Echo {
    private Echo() {}

    /// Answers with the path.
    static final Route PATH = exchange -> exchange.answer(
            Answer.text(HttpResponseStatus.OK, exchange.request().path().raw()));

    /// Answers with the body.
    static final Route BODY = exchange -> exchange.body(new Collector(exchange));

    private record Collector(Exchange exchange, StringBuilder text) implements BodyReader {
        Collector(Exchange exchange) {
            this(exchange, new StringBuilder());
        }

        @Override
        public void data(ByteBuf part) {
            text.append(part.toString(StandardCharsets.ISO_8859_1));
        }

        @Override
        public void end() {
            exchange.answer(Answer.text(HttpResponseStatus.OK, "got " + text));
        }

        @Override
        public void failed(Problem why) {
            exchange.refuse(why);
        }
    }

    /// A message's head.
    static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }
}
