package dev.sluice.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.http.exchange.PriorKnowledge;
import dev.sluice.server.http.h1.HttpInitializer;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.http.policy.OriginPolicy;
import dev.sluice.server.http.policy.OriginSettings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Time limits of a connection, with a clock that the test moves.
final class HttpTimesTest {
    private static final HttpSettings SETTINGS = HttpSettings.DEFAULTS;
    private static final String POST = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4096\r\n\r\n";

    private BodySubscription flow;
    private Exchange exchange;
    private Exchange.Pace pace = Exchange.Pace.PROMPT;
    private boolean midway;
    private final StallingChannel channel = new StallingChannel();

    private void connect(Route route) {
        channel.freezeTime();
        channel.pipeline()
                .addLast(new HttpInitializer(
                        SETTINGS,
                        new OriginPolicy(OriginSettings.LOOPBACK),
                        route,
                        PriorKnowledge.budget(),
                        InstantSource.system(),
                        ResponseListener.NONE,
                        ProblemPage.NONE));
    }

    private void readBody(Exchange exchange) {
        this.exchange = exchange;
        flow = exchange.body(
                new BodyReader() {
                    @Override
                    public boolean isMidway() {
                        return midway;
                    }

                    @Override
                    public void data(ByteBuffer part) {}

                    @Override
                    public void end() {
                        exchange.answer(ServerResponse.text(Status.OK, "complete"));
                    }

                    @Override
                    public void failed(Problem problem) {
                        exchange.refuse(problem);
                    }
                },
                pace);
    }

    private static void answer(Exchange exchange) {
        exchange.answer(ServerResponse.text(Status.OK, "fine"));
    }

    private void send(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
        channel.runPendingTasks();
    }

    private void pass(Duration time) {
        channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    private String written() {
        channel.runPendingTasks(); // Answers are sent at the end of the loop's turn.
        var all = new StringBuilder();
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
    void closesAnIdleConnectionWithoutAnAnswer() {
        connect(HttpTimesTest::answer);
        pass(SETTINGS.idleTime().minusMillis(1));
        assertThat(channel.isActive()).isTrue();
        pass(Duration.ofMillis(1));
        assertThat(channel.isActive()).isFalse();
        assertThat(written()).isEmpty();
    }

    @Test
    void countsIdlenessFromTheLastAnswer() {
        connect(HttpTimesTest::answer);
        for (int i = 0; i < 3; i++) {
            pass(SETTINGS.idleTime().minusMillis(1));
            send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(written()).endsWith("fine");
        }
        pass(SETTINGS.idleTime());
        assertThat(channel.isActive()).isFalse();
    }

    @Test
    void refusesAHeadThatTrickles() {
        connect(HttpTimesTest::answer);
        pass(SETTINGS.idleTime().minusMillis(1)); // The head's time limit begins with its first byte.
        send("GET / HT");
        pass(SETTINGS.headTime().minusMillis(1));
        send("TP/1.1\r\nHost: loc");
        assertThat(channel.isActive()).isTrue();
        pass(Duration.ofMillis(1));
        assertThat(written()).startsWith("HTTP/1.1 408 Request Timeout").contains("/problems/too-slow");
        assertThat(channel.isActive()).isFalse();
    }

    @Test
    void refusesABodyThatTrickles() {
        connect(this::readBody);
        send(POST);
        pass(Duration.ofSeconds(1));
        send("x".repeat(SETTINGS.bodyBytesPerSecond())); // The bytes of one second.
        pass(SETTINGS.bodyGrace().minusMillis(1));
        assertThat(channel.isActive()).isTrue();
        pass(Duration.ofMillis(1));
        assertThat(written()).startsWith("HTTP/1.1 408 ").contains("/problems/too-slow");
        assertThat(channel.isActive()).isFalse();
    }

    @Test
    void givesNoCreditForFastBytes() {
        connect(this::readBody);
        send(POST + "x".repeat(4095));
        pass(SETTINGS.bodyGrace());
        assertThat(written()).startsWith("HTTP/1.1 408 ").contains("http.body_time", "http.body_rate_min");
    }

    @Test
    void doesNotLimitASteadyBody() {
        connect(this::readBody);
        send(POST);
        for (int i = 0; i < 4096 / SETTINGS.bodyBytesPerSecond(); i++) {
            pass(Duration.ofSeconds(1));
            send("x".repeat(SETTINGS.bodyBytesPerSecond()));
        }
        assertThat(written()).endsWith("complete");
    }

    @Test
    void doesNotCountTheTimeInWhichTheReaderPauses() {
        connect(this::readBody);
        send(POST);
        flow.pause();
        pass(Duration.ofDays(1));
        flow.resume();
        channel.runPendingTasks();
        pass(SETTINGS.bodyGrace().minusMillis(1));
        assertThat(channel.isActive()).isTrue();
        pass(Duration.ofMillis(1));
        assertThat(written()).startsWith("HTTP/1.1 408 ");
    }

    @Test
    void letsAnOpenEndedBodyPauseForAnyTime() {
        pace = Exchange.Pace.OPEN_ENDED;
        connect(this::readBody);
        send(POST + "x");
        pass(Duration.ofDays(1));
        send("x".repeat(4095));
        assertThat(written()).endsWith("complete");
    }

    @Test
    void limitsThePauseOfAnOpenEndedBodyInTheMiddleOfAnEvent() {
        pace = Exchange.Pace.OPEN_ENDED;
        connect(this::readBody);
        send(POST + "x");
        pass(Duration.ofDays(1));
        midway = true;
        send("x");
        pass(SETTINGS.bodyGrace().minusMillis(1));
        assertThat(channel.isActive()).isTrue();
        pass(Duration.ofMillis(1));
        assertThat(written()).startsWith("HTTP/1.1 408 ");
    }

    @Test
    void doesNotLimitTheServersOwnWork() {
        connect(waiting -> exchange = waiting);
        send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        pass(Duration.ofDays(1));
        exchange.answer(ServerResponse.text(Status.OK, "at last"));
        assertThat(written()).endsWith("at last");
    }

    @Test
    void limitsTheTimeOfADiscardedBody() {
        connect(HttpTimesTest::answer);
        send(POST + "x");
        assertThat(written()).endsWith("fine");
        pass(SETTINGS.bodyGrace().minusMillis(1));
        assertThat(channel.isActive()).isTrue();
        pass(Duration.ofMillis(1));
        assertThat(channel.isActive()).isFalse();
    }

    @Test
    void limitsTheTimeOfAnUnreadAnswerToARequestWhoseBodyDoesNotCome() {
        connect(exchange -> exchange.answer(ServerResponse.text(Status.OK, "x".repeat(20_000))));
        channel.isFull = true;
        send(POST + "x");
        pass(SETTINGS.bodyGrace());
        assertThat(channel.isActive()).isTrue();
        pass(SETTINGS.answerTime());
        assertThat(channel.isActive()).isFalse();
    }

    @Test
    void limitsTheTimeOfAnUnreadAnswerToAClientThatHasClosedItsHalf() {
        connect(HttpTimesTest::answer);
        channel.isFull = true;
        send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        pass(SETTINGS.answerTime().minusMillis(1));
        assertThat(channel.isActive()).isTrue();
        pass(Duration.ofMillis(1));
        assertThat(channel.isActive()).isFalse();
    }

    @Test
    void ignoresAnEmptyLineBetweenRequests() {
        connect(HttpTimesTest::answer);
        send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(written()).endsWith("fine");
        send("\r");
        send("\n");
        pass(SETTINGS.idleTime().minusMillis(1));
        assertThat(channel.isActive()).isTrue();
        pass(Duration.ofMillis(1));
        assertThat(channel.isActive()).isFalse();
        assertThat(written()).isEmpty();
    }
}
