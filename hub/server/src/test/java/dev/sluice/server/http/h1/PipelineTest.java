package dev.sluice.server.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.http.AccessLogEntry;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.ProblemPage;
import dev.sluice.server.http.ResponseListener;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.exchange.DateHeader;
import dev.sluice.server.http.exchange.Http1ResponseWriter;
import dev.sluice.server.http.exchange.HttpService;
import dev.sluice.server.http.exchange.PreparedRequest;
import dev.sluice.server.http.exchange.ReceivedRequest;
import dev.sluice.server.http.head.HeaderList;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.RequestFraming;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.http.policy.OriginPolicy;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.net.outlet.ServerStopping;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Requests that begin before the one before them is answered, and those that do not.
final class PipelineTest {
    private static final String POST = "POST /early HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nab";
    private static final String LAST =
            "POST /early HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\nab";
    private static final String GET = "GET /late HTTP/1.1\r\nHost: localhost\r\n\r\n";

    /// One whose answer is next, and 32 behind it.
    private static final int BEGUN_MAX = 33;

    private final List<Exchange> begun = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<Integer> logged = new ArrayList<>();
    private HeadCache heads = new HeadCache(1 << 20);
    private int flushes;

    /// Collects the statuses of the access log.
    private final class Statuses implements ResponseListener {
        @Override
        public void refused(Problem problem) {}

        @Override
        public boolean isLogging() {
            return true;
        }

        @Override
        public void answered(AccessLogEntry request) {
            logged.add(request.status());
        }
    }

    /// Answers nothing by itself.
    private final class Routes implements Route {
        @Override
        public Object prepare(RequestHead head) {
            return head.path().raw().equals("/early");
        }

        @Override
        public boolean isPipelined(Object prepared) {
            return prepared.equals(true);
        }

        @Override
        public void handle(Exchange exchange) {
            begun.add(exchange);
            if (!isPipelined(exchange.prepared(this))) return;
            if (exchange.takeBody() != null) exchange.allowPipelining(); // Else its head is not known yet.
        }
    }

    /// Serves each of them until its head is known.
    @BeforeEach
    void connect() {
        channel.pipeline().addLast(new ChannelOutboundHandlerAdapter() {
            @Override
            public void flush(ChannelHandlerContext ctx) {
                flushes++;
                ctx.flush();
            }
        });
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            /// Runs a task, as an event loop would: what it schedules waits for its end.
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                if (message instanceof Runnable task) task.run();
                else ctx.fireChannelRead(message);
            }
        });
        OriginPolicy policy = new OriginPolicy(OriginSettings.LOOPBACK);
        Http1ResponseWriter sender = new Http1ResponseWriter(policy, new DateHeader(InstantSource.system()));
        HttpService service = new HttpService(
                HttpSettings.DEFAULTS,
                policy,
                new Routes(),
                sender,
                new Statuses(),
                false,
                ProblemPage.NONE,
                new InFlightBytes(1 << 20, "none"));
        RequestDecoder decoder = new RequestDecoder(service.settings(), heads);
        channel.pipeline().addLast(decoder, new HttpConnection(service, decoder, heads));
        for (int i = 0; i < 4; i++) {
            for (String each : List.of(POST, GET)) {
                send(each);
                answer(0);
                begun.clear();
            }
        }
        assertThat(answers()).hasSize(8);
        flushes = 0;
        logged.clear();
    }

    private void send(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
        channel.runPendingTasks();
    }

    /// Answers the request that was begun as this one.
    private void answer(int index) {
        Exchange exchange = begun.get(index);
        Runnable answer = () -> exchange.answer(ServerResponse.text(Status.OK, "to " + index + ";"));
        channel.writeInbound((Runnable) () -> exchange.run(answer));
        channel.runPendingTasks();
    }

    private String sent() {
        StringBuilder all = new StringBuilder();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            all.append(next.toString(StandardCharsets.UTF_8));
            next.release();
        }
        return all.toString();
    }

    /// Which requests were answered since, in the order of their answers.
    private List<Integer> answers() {
        return Pattern.compile("to (\\d+);")
                .matcher(sent())
                .results()
                .map((MatchResult each) -> Integer.valueOf(each.group(1)))
                .toList();
    }

    @AfterEach
    void releasesAllBuffers() {
        channel.finishAndReleaseAll();
    }

    @Test
    void beginsBeforeTheFirstIsAnsweredAndAnswersInOrder() {
        send(POST.repeat(4));
        assertThat(begun).hasSize(4);
        answer(3);
        answer(1);
        assertThat(answers()).isEmpty();
        answer(0);
        assertThat(answers()).containsExactly(0, 1);
        answer(2);
        assertThat(answers()).containsExactly(2, 3);
        assertThat(flushes).isEqualTo(2);
    }

    @Test
    void beginsNoMoreThanItsLimit() {
        send(POST.repeat(100));
        assertThat(begun).hasSize(BEGUN_MAX);
        answer(1);
        assertThat(begun).as("the first is not answered").hasSize(BEGUN_MAX);
        answer(0);
        assertThat(begun).hasSize(BEGUN_MAX + 2);
        for (int i = 2; i < 100; i++) answer(i);
        assertThat(answers()).hasSize(100).isSorted();
    }

    @Test
    void answersTheLongestPipelineInOrderWithOneFlush() {
        send(POST.repeat(BEGUN_MAX));
        for (int i = BEGUN_MAX - 1; i >= 0; i--) answer(i);
        assertThat(answers()).hasSize(BEGUN_MAX).isSorted();
        assertThat(flushes).isEqualTo(1);
        send(GET);
        answer(BEGUN_MAX);
        assertThat(answers()).containsExactly(BEGUN_MAX);
    }

    @Test
    void doesNotBeginARequestOfAnotherKindNorOneBehindIt() {
        send(POST + GET + POST);
        assertThat(begun).hasSize(1);
        answer(0);
        assertThat(begun).hasSize(2);
        answer(1);
        assertThat(begun).hasSize(3);
        answer(2);
        assertThat(answers()).containsExactly(0, 1, 2);
    }

    @Test
    void doesNotBeginARequestWhoseHeadIsNew() {
        send(POST + POST.replace("localhost", "127.0.0.1"));
        assertThat(begun).hasSize(1);
    }

    @Test
    void doesNotBeginARequestThatEndsTheConnection() {
        for (int i = 0; i < 3; i++) { // Its head becomes known on other connections.
            PipelineTest other = new PipelineTest();
            other.heads = heads;
            other.connect();
            other.send(LAST);
            other.answer(0);
            other.releasesAllBuffers();
        }
        send(POST + LAST + POST);
        assertThat(begun).hasSize(1);
        answer(0);
        assertThat(begun).hasSize(2);
        answer(1);
        assertThat(answers()).containsExactly(0, 1);
        assertThat(begun).hasSize(2);
    }

    @Test
    void answersAllThatHaveBegunBeforeTheServerStops() {
        send(POST.repeat(3));
        channel.pipeline().fireUserEventTriggered(ServerStopping.NOW);
        send(POST);
        assertThat(begun).as("none begins any more").hasSize(3);
        answer(1);
        answer(0);
        assertThat(sent()).contains("to 0;", "to 1;").doesNotContainIgnoringCase("connection: close");
        answer(2);
        assertThat(sent()).contains("to 2;").containsIgnoringCase("connection: close");
        assertThat(begun).hasSize(3);
    }

    @Test
    void answersAHeadOnWhichAParserFailsAndServesTheNext() {
        RequestFraming framing = new RequestFraming(false, true, 0, false, null);
        RequestHead head = RequestHead.of("GET", null, new HeaderList(), framing); // No client can send such a path.
        channel.writeInbound(new ReceivedRequest(PreparedRequest.of(head), new byte[0]));
        send(GET);
        assertThat(sent()).startsWith("HTTP/1.1 500 ").doesNotContainIgnoringCase("connection: close");
        answer(0);
        assertThat(answers()).containsExactly(0);
    }

    @Test
    void notifiesAllRequestsThatTheClientDisconnected() {
        List<Integer> closed = new ArrayList<>();
        send(POST.repeat(3));
        for (int i = 0; i < 3; i++) {
            int index = i;
            begun.get(i).closed(() -> closed.add(index));
        }
        answer(1);
        channel.close();
        channel.runPendingTasks();
        assertThat(closed).containsExactlyInAnyOrder(0, 2); // The other was answered.
        assertThat(logged).as("nobody got an answer").containsExactly(499, 499, 499);
        List<Exchange> ran = new ArrayList<>();
        for (Exchange each : begun) each.run(() -> ran.add(each));
        assertThat(ran).as("as if it could still be answered").isEmpty();
        assertThat(answers()).isEmpty();
    }
}
