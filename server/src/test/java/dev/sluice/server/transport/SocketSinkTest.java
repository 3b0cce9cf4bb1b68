package dev.sluice.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.delivery.HubSettings;
import dev.sluice.core.delivery.Loop;
import dev.sluice.core.delivery.Opened;
import dev.sluice.core.delivery.Sink;
import dev.sluice.core.delivery.Subscriber;
import dev.sluice.core.delivery.Subscription;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Publication;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.transport.stream.TextWire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollSocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// How a subscriber's bytes go to a socket.
class SocketSinkTest implements Opened {
    private static final ChannelName NEWS = new ChannelName("news");

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final MemoryLog log = MemoryLog.builder(InstantSource.system()).open();
    private final Hub hub = new Hub(log, HubSettings.DEFAULT, List.of(new Tasks()), () -> 0);
    private final Gate gate = new Gate();
    private final EmbeddedChannel channel = new EmbeddedChannel(gate);
    private @Nullable SocketSink sink;

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

    /// A socket whose buffer may be full: then nothing is flushed.
    private static final class Gate extends ChannelOutboundHandlerAdapter {
        boolean isShut;

        @Override
        public void flush(ChannelHandlerContext context) {
            if (!isShut) context.flush();
        }
    }

    @Override
    public void begins(Subscriber subscriber, Cursor at, @Nullable Gap gap) {
        sink = new SocketSink(channel, subscriber);
        channel.pipeline().addLast(sink);
        subscriber.start(sink, new byte[0], 15_000);
    }

    @Override
    public void ended(Cursor at) {
        throw new AssertionError();
    }

    @Override
    public void missing(Gap gap) {
        throw new AssertionError();
    }

    @Override
    public void unavailable(String why) {
        throw new AssertionError(why);
    }

    @Override
    public void tooFar(String why) {
        throw new AssertionError(why);
    }

    private void open() {
        Subscriber.open(
                hub.dispatchers().getFirst(),
                Subscription.latest(Selection.of(NEWS)),
                new TextWire(Framing.PLAIN),
                this);
        settle();
    }

    /// Runs what waits, and says how many tasks that were.
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
        log.append(new Publication(Draft.event(NEWS, "message", Hostile.text(text)), Conditions.NONE));
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
    void takesOneTurnForABurstThatGoesThroughAtOnce() {
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
    void holdsOnePieceOfWhoTakesNothingAndGoesOnWhereItStood() {
        open();
        gate.isShut = true;
        String large = "0123456789".repeat(20_000);
        publish(large);
        publish("behind");
        settle();
        assertThat(channel.unsafe().outboundBuffer().totalPendingWriteBytes()).isBetween(16_000L, 17_000L);
        assertThat(sink.progress()).isNotEqualTo(Sink.NOTHING_OWED);
        publish("more");
        settle();
        assertThat(channel.unsafe().outboundBuffer().totalPendingWriteBytes()).isLessThan(17_000L);
        gate.isShut = false;
        channel.flush();
        settle();
        assertThat(written()).isEqualTo(large + "behindmore");
        assertThat(sink.progress()).isEqualTo(Sink.NOTHING_OWED);
        channel.finishAndReleaseAll();
    }

    @Test
    void dropsWhatComesUpAOneWayStream() {
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
    void letsGoOfASubscriberWhoseSocketIsGone() {
        open();
        channel.close();
        publish("nobody there");
        settle();
        assertThat(written()).isEmpty();
        assertThat(sink.progress()).isEqualTo(Sink.NOTHING_OWED);
        channel.finishAndReleaseAll();
    }

    /// Its file descriptor may be another's by then: a timer that asked the kernel would throw, or ask about a
    /// stranger.
    @Test
    void asksTheKernelNothingAboutASocketThatIsClosed() {
        Epoll.ensureAvailability(); // Loads what a socket is made by.
        EpollSocketChannel closed = new EpollSocketChannel();
        closed.unsafe().closeForcibly();
        open();
        SocketSink other = new SocketSink(closed, null);
        assertThat(other.progress()).isEqualTo(Sink.NOTHING_OWED);
        channel.finishAndReleaseAll();
    }
}
