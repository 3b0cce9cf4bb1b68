package dev.sluice.lab.measure;

import dev.sluice.lab.client.ThreadEnd;
import dev.sluice.wire.HttpChunk;
import dev.sluice.wire.Payload;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Publishes numbered events to the hub at a steady rate, not through the lines. It uses one streamed upload
/// per channel, which costs the hub little and the same for every lane. The time in an event is its sending
/// time.
public final class HubPublisher implements AutoCloseable {
    private static final long NS = 1_000_000_000L;

    private final LongSupplier clockNs;
    private volatile int size;
    private final List<Socket> uploads = new ArrayList<>();
    private final AtomicLongArray published;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("sluice-lab-publisher").unstarted(this::run);
    private volatile double rate;
    private volatile int channels;
    private volatile boolean isOver;
    private volatile @Nullable IOException failure;

    private HubPublisher(int channels, int size, LongSupplier clockNs) {
        this.size = size;
        this.clockNs = clockNs;
        this.channels = channels;
        published = new AtomicLongArray(channels);
    }

    /// Opens the uploads. Publishes nothing until a rate is set.
    ///
    /// @param clockNs the clock from which events take their times
    /// @throws IOException if the hub can't be reached
    public static HubPublisher open(InetSocketAddress hub, int channels, int size, LongSupplier clockNs)
            throws IOException {
        var publisher = new HubPublisher(channels, size, clockNs);
        try {
            for (int i = 0; i < channels; i++) publisher.uploads.add(upload(hub, channel(i)));
        } catch (IOException failed) {
            publisher.closeUploads();
            throw failed;
        }
        publisher.thread.start();
        return publisher;
    }

    /// Returns the name of a channel, counted from 0.
    public static String channel(int number) {
        return "lab/" + number;
    }

    private static Socket upload(InetSocketAddress hub, String channel) throws IOException {
        var socket = new Socket(hub.getAddress(), hub.getPort());
        socket.setTcpNoDelay(true);
        String head = "POST /channels/" + channel + "?split=line HTTP/1.1\r\nHost: " + hub.getHostString() + ":"
                + hub.getPort() + "\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /// Sets the total rate of all channels in events per second; 0 stops publishing.
    public void rate(double eventsPerSecond) {
        rate = eventsPerSecond;
        LockSupport.unpark(thread);
    }

    /// Returns the number of events published to all channels.
    public long published() {
        long sum = 0;
        for (int i = 0; i < published.length(); i++) sum += published.get(i);
        return sum;
    }

    /// Returns the number of events published to a channel.
    public long published(int channel) {
        return published.get(channel);
    }

    /// @throws IOException if the hub has refused or lost an upload
    public void check() throws IOException {
        IOException reason = failure;
        if (reason != null) throw new IOException("the lab's hub lost an upload: " + reason.getMessage(), reason);
    }

    private void run() {
        long dueNs = System.nanoTime();
        int channel = 0;
        while (!isOver) {
            double current = rate;
            if (current == 0) {
                LockSupport.park(this);
                dueNs = System.nanoTime();
                continue;
            }
            long waitNs = dueNs - System.nanoTime();
            if (waitNs > 0) {
                LockSupport.parkNanos(this, Math.min(waitNs, NS));
                continue;
            }
            try {
                publish(channel);
            } catch (IOException lost) {
                if (!isOver) failure = lost;
                return;
            }
            channel = (channel + 1) % channels;
            dueNs += (long) (NS / current);
        }
    }

    private void publish(int channel) throws IOException {
        int number = (int) published.getAndIncrement(channel); // Counted before the event can arrive.
        int bytes = size;
        byte[] line = Arrays.copyOf(Payload.of(bytes, 0, number, (int) (clockNs.getAsLong() / 1_000)), bytes + 1);
        line[bytes] = '\n';
        OutputStream out = uploads.get(channel).getOutputStream();
        out.write(HttpChunk.encoded(line));
    }

    private void closeUploads() {
        for (Socket each : uploads) {
            try {
                each.close();
            } catch (IOException failed) {
                // The socket counts as closed even if close() fails.
            }
        }
    }

    /// Sets the size of an event in bytes.
    public void size(int bytes) {
        size = bytes;
    }

    /// Sets the number of channels to publish to, starting with the first.
    public void channels(int some) {
        if (some < 1 || some > uploads.size())
            throw new IllegalArgumentException("the number of channels takes from 1 to " + uploads.size());
        channels = some;
    }

    @Override
    public void close() {
        isOver = true;
        closeUploads();
        LockSupport.unpark(thread);
        ThreadEnd.await(thread);
    }
}
