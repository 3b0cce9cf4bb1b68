package dev.sluice.app.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

/// A connection from one node to another one, over a link in each direction.
final class ProxiedConnection {
    private static final int CHUNK_BYTES = 1 << 16;

    /// Per direction, so that a cut link holds a sender up as a full window of TCP does.
    private static final int CHUNKS_MAX = 256;

    private final Socket accepted;
    private final Socket target = new Socket();
    private final InetSocketAddress address;
    private final Link to;
    private final Link from;
    private final Consumer<ProxiedConnection> onClose;

    /// @param bytes empty: the end
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Chunk(byte[] bytes, long sentNs) {}

    /// @param to      carries what the connecting node sends
    /// @param from    carries the answers
    /// @param onClose called at least once
    ProxiedConnection(
            Socket accepted, InetSocketAddress address, Link to, Link from, Consumer<ProxiedConnection> onClose) {
        this.accepted = accepted;
        this.address = address;
        this.to = to;
        this.from = from;
        this.onClose = onClose;
    }

    boolean uses(Link link) {
        return link == to || link == from;
    }

    void start() {
        Thread.ofVirtual().start(() -> {
            try {
                // The packets that open a connection take both directions.
                long nowNs = System.nanoTime();
                to.awaitArrival(nowNs);
                from.awaitArrival(nowNs);
                target.connect(address);
                accepted.setTcpNoDelay(true);
                target.setTcpNoDelay(true);
                carry(accepted, target, to);
                carry(target, accepted, from);
            } catch (IOException | InterruptedException _) {
                close(); // Looks as if the node itself had refused.
            }
        });
    }

    private void carry(Socket source, Socket sink, Link link) {
        BlockingQueue<Chunk> underWay = new ArrayBlockingQueue<>(CHUNKS_MAX);
        Thread.ofVirtual().start(() -> take(source, underWay));
        Thread.ofVirtual().start(() -> give(underWay, sink, link));
    }

    private void take(Socket source, BlockingQueue<Chunk> underWay) {
        try {
            InputStream in = source.getInputStream();
            byte[] buffer = new byte[CHUNK_BYTES];
            for (int read = in.read(buffer); read > 0; read = in.read(buffer))
                underWay.put(new Chunk(Arrays.copyOf(buffer, read), System.nanoTime()));
            underWay.put(new Chunk(new byte[0], System.nanoTime()));
        } catch (IOException | InterruptedException _) {
            close();
        }
    }

    private void give(BlockingQueue<Chunk> underWay, Socket sink, Link link) {
        try {
            OutputStream out = sink.getOutputStream();
            while (true) {
                Chunk next = underWay.take();
                link.awaitArrival(next.sentNs());
                if (next.bytes().length == 0) break;
                out.write(next.bytes());
            }
            sink.shutdownOutput();
            if (accepted.isOutputShutdown() && target.isOutputShutdown()) close();
        } catch (IOException | InterruptedException _) {
            close();
        }
    }

    void close() {
        try {
            accepted.close();
            target.close();
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        } finally {
            onClose.accept(this);
        }
    }
}
