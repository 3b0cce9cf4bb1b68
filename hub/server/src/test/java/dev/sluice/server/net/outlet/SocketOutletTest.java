package dev.sluice.server.net.outlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.delivery.SubscribeListener;
import dev.sluice.core.delivery.Subscriber;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.delivery.schedule.Loop;
import dev.sluice.core.delivery.stream.Rejection;
import dev.sluice.core.delivery.stream.Sink;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Publication;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.http.BodyFraming;
import dev.sluice.server.transport.stream.TextWire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollSocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Tests how a subscriber's bytes are written to a socket.
class SocketOutletTest implements SubscribeListener {
    private static final ChannelName NEWS = new ChannelName("news");

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final MemoryLog log = MemoryLog.builder(InstantSource.system()).open();
    private final Hub hub = new Hub(
            log, HubSettings.DEFAULT, List.of(new Tasks()), () -> 0, InstantSource.system(), new Random(1), _ -> {});
    private final Gate gate = new Gate();
    private final EmbeddedChannel channel = new EmbeddedChannel(gate);
    private @Nullable SocketOutlet outlet;

    private final class Tasks implements Loop {
        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public long nowNs() {
            return 0;
        }

        @Override
        public void after(long delayNs, Runnable task) {
            tasks.add(task);
        }
    }

    /// A socket whose buffer can be made full: then nothing is flushed.
    private static final class Gate extends ChannelOutboundHandlerAdapter {
        boolean isShut;

        @Override
        public void flush(ChannelHandlerContext context) {
            if (!isShut) context.flush();
        }
    }

    @Override
    public void begins(Subscriber subscriber, Cursor at, @Nullable Gap gap) {
        outlet = SocketOutlet.stream(channel, subscriber, "", Duration.ofMinutes(1));
        subscriber.start(outlet, new byte[0], 15_000);
    }

    @Override
    public void ended(Cursor at) {
        throw new AssertionError();
    }

    @Override
    public void refused(Rejection refusal) {
        throw new AssertionError(refusal);
    }

    private void open() {
        hub.dispatchers()
                .getFirst()
                .subscribe(
                        Grant.EVERYTHING,
                        SubscriptionSpec.latest(Selection.of(NEWS)),
                        new TextWire(BodyFraming.PLAIN),
                        this);
        settle();
    }

    /// Runs all pending tasks and returns their number.
    private int settle() {
        int count = 0;
        do {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
                count++;
            }
            channel.runPendingTasks();
        } while (!tasks.isEmpty());
        return count;
    }

    private void publish(String text) {
        log.append(new Publication(
                Draft.event(
                        NEWS,
                        "message",
                        new Content(ContentKind.TEXT, "text/plain", text.getBytes(StandardCharsets.UTF_8))),
                Conditions.NONE));
    }

    private String written() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
            text.append(bytes.toString(StandardCharsets.UTF_8));
            bytes.release();
        }
        return text.toString();
    }

    @Test
    void runsOneTaskForABurstWrittenAtOnce() {
        open();
        for (int i = 0; i < 50; i++) {
            publish("event ");
            publish("and another ");
            assertThat(settle()).describedAs("tasks of the loop").isEqualTo(1);
            assertThat(written()).isEqualTo("event and another ");
        }
        channel.finishAndReleaseAll();
    }

    @Test
    void holdsOnePieceForAStalledReaderAndResumes() {
        open();
        gate.isShut = true;
        String large = "0123456789".repeat(20_000);
        publish(large);
        publish("after");
        settle();
        assertThat(channel.unsafe().outboundBuffer().totalPendingWriteBytes()).isBetween(16_000L, 17_000L);
        assertThat(outlet.progress()).isNotEqualTo(Sink.NOTHING_PENDING);
        publish("more");
        settle();
        assertThat(channel.unsafe().outboundBuffer().totalPendingWriteBytes()).isLessThan(17_000L);
        gate.isShut = false;
        channel.flush();
        settle();
        assertThat(written()).isEqualTo(large + "aftermore");
        assertThat(outlet.progress()).isEqualTo(Sink.NOTHING_PENDING);
        channel.finishAndReleaseAll();
    }

    @Test
    void discardsInputOnAOneWayStream() {
        open();
        ByteBuf noise = Unpooled.buffer().writeBytes(new byte[] {1, 2, 3});
        channel.writeInbound(noise);
        assertThat(noise.refCnt()).isZero();
        publish("on");
        settle();
        assertThat(written()).isEqualTo("on");
        channel.finishAndReleaseAll();
    }

    @Test
    void closesTheSubscriberOfAClosedSocket() {
        open();
        channel.close();
        publish("nobody there");
        settle();
        assertThat(written()).isEmpty();
        assertThat(outlet.progress()).isEqualTo(Sink.NOTHING_PENDING);
        channel.finishAndReleaseAll();
    }

    /// Its file descriptor may be reused by then: a timer that queried the kernel would throw, or read another
    /// connection's state.
    @Test
    void doesNotQueryTheKernelAboutAClosedSocket() {
        Epoll.ensureAvailability(); // Loads the native library for sockets.
        EpollSocketChannel closed = new EpollSocketChannel();
        closed.unsafe().closeForcibly();
        open();
        SocketOutlet other = SocketOutlet.stream(closed, null, "", Duration.ofMinutes(1));
        assertThat(other.progress()).isEqualTo(Sink.NOTHING_PENDING);
        channel.finishAndReleaseAll();
    }
}
