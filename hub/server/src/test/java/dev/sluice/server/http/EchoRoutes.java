package dev.sluice.server.http;

import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Status;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Routes that echo the request.
public final class EchoRoutes {
    private EchoRoutes() {}

    /// Answers with the path.
    public static final Route PATH = exchange -> exchange.answer(
            ServerResponse.text(Status.OK, exchange.request().path().raw()));

    /// Answers with the body.
    public static final Route BODY = exchange -> exchange.body(new Collector(exchange));

    private record Collector(Exchange exchange, StringBuilder text) implements BodyReader {
        Collector(Exchange exchange) {
            this(exchange, new StringBuilder());
        }

        @Override
        public void data(ByteBuffer part) {
            text.append(StandardCharsets.ISO_8859_1.decode(part));
        }

        @Override
        public void end() {
            exchange.answer(ServerResponse.text(Status.OK, "got " + text));
        }

        @Override
        public void failed(Problem problem) {
            exchange.refuse(problem);
        }
    }

    /// A message's head.
    public static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }
}
