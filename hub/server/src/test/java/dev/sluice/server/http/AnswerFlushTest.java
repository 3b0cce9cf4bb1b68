package dev.sluice.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.server.http.exchange.PriorKnowledge;
import dev.sluice.server.http.h1.HttpInitializer;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.http.policy.OriginPolicy;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.net.outlet.PendingWrites;
import dev.sluice.server.net.outlet.ServerStopping;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// When the answers of a connection are sent.
final class AnswerFlushTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

    /// An access log.
    private static final class Log implements ResponseListener {
        private final List<AccessLogEntry> entries = new ArrayList<>();

        @Override
        public void refused(Problem problem) {}

        @Override
        public boolean isLogging() {
            return true;
        }

        @Override
        public void answered(AccessLogEntry request) {
            entries.add(request);
        }
    }

    private final Log log = new Log();
    private final StallingChannel channel = new StallingChannel();
    private int flushes;
    private int served;

    private void connect(String answer) {
        connect(() -> ServerResponse.text(Status.OK, answer));
    }

    private void connect(Supplier<ServerResponse> answer) {
        channel.pipeline().addLast(new ChannelOutboundHandlerAdapter() {
            @Override
            public void flush(ChannelHandlerContext ctx) {
                flushes++;
                ctx.flush();
            }
        });
        channel.pipeline()
                .addLast(new HttpInitializer(
                        HttpSettings.DEFAULTS,
                        new OriginPolicy(OriginSettings.LOOPBACK),
                        exchange -> {
                            served++;
                            exchange.answer(answer.get());
                        },
                        PriorKnowledge.budget(),
                        InstantSource.system(),
                        log,
                        ProblemPage.NONE));
    }

    private void send(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
        channel.runPendingTasks();
    }

    private long answers() {
        return Pattern.compile("HTTP/1.1 200 OK").matcher(written()).results().count();
    }

    private String written() {
        StringBuilder all = new StringBuilder();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            all.append(next.toString(StandardCharsets.UTF_8));
            next.release();
        }
        return all.toString();
    }

    @AfterEach
    void releasesAllBuffers() {
        channel.finishAndReleaseAll();
    }

    @Test
    void sendsTheAnswersToPipelinedRequestsAtOnce() {
        connect("fine");
        send(GET.repeat(10));
        assertThat(answers()).isEqualTo(10);
        assertThat(flushes).isEqualTo(1);
    }

    @Test
    void servesNoMoreThanAClientReads() {
        connect("x".repeat(1_000));
        channel.isFull = true;
        send(GET.repeat(500));
        assertThat(served).as("16 kB, and one more").isBetween(2, 20);

        channel.isFull = false;
        channel.flush();
        channel.runPendingTasks();
        assertThat(served).isEqualTo(500);
        assertThat(answers()).isEqualTo(500);
    }

    @Test
    void waitsForTheClientOfALargeAnswer() {
        connect("x".repeat(20_000));
        channel.isFull = true;
        send(GET.repeat(3));
        assertThat(served).isEqualTo(1);
    }

    @Test
    void holdsOnePieceOfAKeptBodyThatItsClientDoesNotRead() {
        String body = "x".repeat(100_000);
        byte[] kept = body.getBytes(StandardCharsets.US_ASCII);
        connect(() -> ServerResponse.of(Status.OK, "a/b", kept).shared());
        channel.isFull = true;
        send(GET + "HEAD" + GET.substring(3) + GET);
        assertThat(PendingWrites.of(channel).bytes()).isBetween(16L << 10, 20L << 10);

        channel.isFull = false;
        channel.flush();
        channel.runPendingTasks();
        assertThat(written().split("x{100000}", -1)).hasSize(3).endsWith("");
        assertThat(log.entries)
                .extracting(AccessLogEntry::status, AccessLogEntry::bytes)
                .containsExactly(tuple(200, 100_000L), tuple(200, 0L), tuple(200, 100_000L));
    }

    /// With an answer below the connection's high-water mark, and one above it.
    @ParameterizedTest
    @ValueSource(ints = {4, 20_000})
    void sendsTheWholeAnswerBeforeTheServerStops(int length) {
        connect("x".repeat(length));
        channel.isFull = true;
        send(GET);
        channel.pipeline().fireUserEventTriggered(ServerStopping.NOW);
        assertThat(channel.isActive()).isTrue();

        channel.isFull = false;
        channel.flush();
        channel.runPendingTasks();
        assertThat(answers()).isEqualTo(1);
        assertThat(channel.isActive()).isFalse();
    }

    @Test
    void logsAnAnswerWhoseClientLeavesBeforeItsEnd() {
        connect("x".repeat(20_000));
        channel.isFull = true;
        send(GET);
        channel.close();
        channel.runPendingTasks();
        assertThat(log.entries)
                .extracting(AccessLogEntry::status, AccessLogEntry::bytes)
                .containsExactly(tuple(499, 16_384L));
    }

    @Test
    void logsNoBodyOfAnAnswerToHead() {
        connect("fine");
        send("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(log.entries)
                .extracting(AccessLogEntry::status, AccessLogEntry::bytes)
                .containsExactly(tuple(200, 0L));
    }
}
